import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { parseLine } from '../../src/agents/step.js';
import type { RunRecord } from '../../src/model/record.js';
import type { CliResult, RunOptions, Visitor } from '../e2e/cli.js';
import { fakeAgent } from '../e2e/fake-agent.js';

/** The body of an async function that runs as the agent; it returns what it got, or throws where it was stopped. */
export type AttemptSource = string;

export interface Loot {
  /** Secrets in what it got. */
  secrets: string[];
  /** The beginning of what it got, or why it got nothing. */
  said: string;
}

const lootSchema = z.object({
  name: z.string(),
  secrets: z.array(z.string()),
  said: z.string(),
});

/** What a raider looks for in all it gets: honeytokens, and keys as `newKey` makes them. */
const SECRET = 'HONEY-[0-9a-f]{16}|sk-SECRET-[0-9a-f]{32}';

export const newHoneytoken = () => `HONEY-${randomBytes(8).toString('hex')}`;
export const newKey = () => `sk-SECRET-${randomBytes(16).toString('hex')}`;

/** Writes a file that no agent may read. */
export function plant(path: string, content = `${newHoneytoken()}\n`): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** An agent that makes each attempt, whatever became of the one before, and reports what it got. */
function raider(dir: string, attempts: Readonly<Record<string, AttemptSource>>, world: object): string {
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
    say(JSON.stringify({ name, secrets: [...new Set(got.match(/${SECRET}/g) ?? [])], said: got.slice(0, 300) }));
  }
  // Whatever an attempt has left open.
  process.stdout.write('', () => process.exit(0));`,
  );
}

export interface Raid {
  visitor: Visitor;
  /** By the attempt's name. */
  loot(name: string): Loot;
  record: RunRecord;
  result: CliResult;
}

export interface RaidOptions {
  attempts: Readonly<Record<string, AttemptSource>>;
  /** Given to the attempts as \`world\`; it must hold no secret. */
  world: object;
  endpoint: { url: string; model: string };
  /** Where the agent's program lies. @default a directory of its own */
  agentDir?: string;
  /** Besides agent, endpoint and model. */
  args: string[];
  run?: RunOptions;
}

/** Runs the built program with a raider in the agent's place. */
export async function runRaid(visitor: Visitor, options: RaidOptions): Promise<Raid> {
  const { endpoint } = options;
  const agent = raider(options.agentDir ?? join(visitor.dir, 'bin'), options.attempts, options.world);
  const result = await visitor.run(
    [
      ...['check', '--json', '--endpoint', endpoint.url, '--model', endpoint.model],
      ...['--agent-bin', agent, ...options.args],
    ],
    options.run,
  );
  if (result.stdout === '') throw new Error(`no record came: ${result.stderr}`);
  const record: RunRecord = JSON.parse(result.stdout);
  const loot = new Map(
    record.steps.flatMap(({ text }) => {
      const parsed = lootSchema.safeParse(parseLine(text ?? ''));
      return parsed.success ? [[parsed.data.name, parsed.data] as const] : [];
    }),
  );
  return {
    visitor,
    result,
    record,
    loot(name) {
      const found = loot.get(name);
      if (found === undefined) throw new Error(`"${name}" was not attempted: ${result.stderr}`);
      return found;
    },
  };
}

/** A directory that no mask covers as such: not HOME, not temp, not this package. */
export function openPlace(): string | null {
  for (const dir of ['/opt', '/srv', '/var/lib', '/usr/local']) {
    try {
      return mkdtempSync(join(dir, 'cab-attack-'));
    } catch {}
  }
  return null;
}
