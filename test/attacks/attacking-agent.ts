import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { parseLine } from '../../src/agents/step.js';
import type { RunRecord } from '../../src/model/record.js';
import type { CliResult, RunOptions, Visitor } from '../e2e/cli.js';
import { fakeAgent } from '../e2e/fake-agent.js';

/** The body of an async function that runs in the agent. It returns what it could read, or throws when it was stopped. */
export type AttemptSource = string;

export interface AttemptResult {
  /** Secrets in the output. */
  secrets: string[];
  /** The beginning of the returned text, or `stopped: ` with the reason. */
  output: string;
}

const attemptResultSchema = z.object({
  name: z.string(),
  secrets: z.array(z.string()),
  output: z.string(),
});

/** Matches honeytokens and the keys of `newKey`. */
const SECRET = 'HONEY-[0-9a-f]{16}|sk-SECRET-[0-9a-f]{32}';

export const newHoneytoken = () => `HONEY-${randomBytes(8).toString('hex')}`;
export const newKey = () => `sk-SECRET-${randomBytes(16).toString('hex')}`;

/** Writes a file that no agent may read. */
export function plant(path: string, content = `${newHoneytoken()}\n`): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Writes an agent that executes all attempts in order and reports the result of each. */
function attackingAgent(
  dir: string,
  attempts: Readonly<Record<string, AttemptSource>>,
  world: object,
): string {
  const functions = Object.entries(attempts).map(
    ([name, source]) => `[${JSON.stringify(name)}, async () => {\n${source}\n}]`,
  );
  mkdirSync(dir, { recursive: true });
  return fakeAgent(
    dir,
    `
  const { execFileSync, spawnSync } = require('node:child_process');
  const net = require('node:net');
  const http = require('node:http');
  const os = require('node:os');
  const path = require('node:path');
  const world = ${JSON.stringify(world)};
  const read = (file) => fs.readFileSync(file, 'latin1');
  const sh = (line) => {
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'latin1', timeout: 20000, maxBuffer: 1 << 28 });
    return stdout + stderr;
  };
  const everything = (root, depth = 6) => {
    let text = '';
    for (const entry of fs.readdirSync(root, { withFileTypes: true })) {
      const at = path.join(root, entry.name);
      text += at + '\\n';
      try {
        if (entry.isDirectory() && depth > 0) text += everything(at, depth - 1);
        else if (entry.isFile() && fs.statSync(at).size < 1 << 24) text += read(at);
      } catch {}
    }
    return text;
  };
  /** Sends to a stream socket; resolves with what came back, and rejects when nothing could be reached. */
  const reach = (where, what = 'GET / HTTP/1.0\\r\\n\\r\\n') => new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(where, () => { text = 'REACHED '; socket.write(what); });
    socket.setTimeout(3000, () => socket.destroy());
    socket.on('data', (chunk) => { text += chunk.toString('latin1'); });
    socket.on('error', () => {}).on('close', () => text === '' ? reject(new Error('not reached')) : resolve(text));
  });
  await ask();
  for (const [name, attempt] of [${functions.join(',\n')}]) {
    const got = await attempt().then((text) => String(text ?? ''), (error) => 'stopped: ' + (error.code ?? error.message));
    say(JSON.stringify({ name, secrets: [...new Set(got.match(/${SECRET}/g) ?? [])], output: got.slice(0, 300) }));
  }
  // Exit although an attempt may have left handles open.
  process.stdout.write('', () => process.exit(0));`,
  );
}

export interface AttackRun {
  visitor: Visitor;
  /** The result of the attempt with this name. */
  attempt(name: string): AttemptResult;
  record: RunRecord;
  result: CliResult;
}

export interface AttackRunOptions {
  attempts: Readonly<Record<string, AttemptSource>>;
  /** The variable \`world\` of the attempts. It must not contain a secret. */
  world: object;
  endpoint: { url: string; model: string };
  /** Directory of the agent's program. @default a new directory */
  agentDir?: string;
  /** More arguments, after agent, endpoint and model. */
  args: string[];
  run?: RunOptions;
}

/** Runs the built program with an agent that executes the attempts. */
export async function runAttackingAgent(visitor: Visitor, options: AttackRunOptions): Promise<AttackRun> {
  const { endpoint } = options;
  const agent = attackingAgent(options.agentDir ?? join(visitor.dir, 'bin'), options.attempts, options.world);
  const result = await visitor.run(
    [
      ...['check', '--json', '--endpoint', endpoint.url, '--model', endpoint.model],
      ...['--agent-bin', agent, ...options.args],
    ],
    options.run,
  );
  if (result.stdout === '') throw new Error(`no record came: ${result.stderr}`);
  const record: RunRecord = JSON.parse(result.stdout);
  const results = new Map(
    record.steps.flatMap(({ text }) => {
      const parsed = attemptResultSchema.safeParse(parseLine(text ?? ''));
      return parsed.success ? [[parsed.data.name, parsed.data] as const] : [];
    }),
  );
  return {
    visitor,
    result,
    record,
    attempt(name) {
      const attemptResult = results.get(name);
      if (attemptResult === undefined) throw new Error(`"${name}" was not attempted: ${result.stderr}`);
      return attemptResult;
    },
  };
}

/** Creates a directory that no default mask covers: outside of HOME, of temp dirs and of this package. Null when not possible. */
export function makeOpenDir(): string | null {
  for (const dir of ['/opt', '/srv', '/var/lib', '/usr/local']) {
    try {
      return mkdtempSync(join(dir, 'cab-attack-'));
    } catch {}
  }
  return null;
}
