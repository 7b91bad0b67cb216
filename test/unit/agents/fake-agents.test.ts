import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentAdapter } from '../../../src/agents/adapter.js';
import { adapters, findAdapter } from '../../../src/agents/adapters.js';
import { driveAgent } from '../../../src/agents/drive.js';
import { type CustomAgent, NO_CUSTOMISATION } from '../../../src/agents/launch.js';
import { undrivable } from '../../../src/agents/undrivable.js';
import { startClock } from '../../../src/host/clock.js';
import { defaultLimits } from '../../../src/sandbox/limits/limits.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';

/** Runs in place of an agent, and writes everything that the agent would get to a file. */
const FAKE_AGENT = `
const fs = require('node:fs');
const path = require('node:path');
const home = process.env.HOME;
const files = fs.readdirSync(home, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name));
fs.writeFileSync(path.join(process.env.TMPDIR, 'received.json'), JSON.stringify({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  files: Object.fromEntries(files.map((file) => [path.relative(home, file), fs.readFileSync(file, 'utf8')])),
  workspace: fs.readdirSync('.', { recursive: true }).sort(),
}));
`;

const PROMPT = 'Fix the bug.\nIt\'s in `a`; see "$HOME".';
const TOKEN = 'cab-token-0123456789';
const MODEL = 'vendor/model-1:free';
const BASE_URL = 'http://127.0.0.1:45678/v1';

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'cab-fake-agent-')));
  for (const name of ['workdir', 'home', 'tmp']) mkdirSync(join(dir, name));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Received {
  argv: string[];
  env: Record<string, string>;
  cwd: string;
  files: Record<string, string>;
  workspace: string[];
}

async function runFakeAgent(
  adapter: AgentAdapter,
  custom: CustomAgent = NO_CUSTOMISATION,
): Promise<{ received: Received; stopReason: string }> {
  const script = join(dir, 'fake-agent.cjs');
  writeFileSync(script, FAKE_AGENT);
  writeFileSync(join(dir, 'workdir', 'AGENTS.md'), '# Rules\n');
  const { stopReason } = await driveAgent({
    adapter,
    command: [process.execPath, script],
    context: {
      workspace: join(dir, 'workdir'),
      home: join(dir, 'home'),
      tmp: join(dir, 'tmp'),
      baseUrl: BASE_URL,
      origin: new URL(BASE_URL).origin,
      token: TOKEN,
      model: MODEL,
      prompt: PROMPT,
      agentsMd: join(dir, 'workdir', 'AGENTS.md'),
    },
    custom,
    sandbox: noSandbox,
    given: { readable: [], masked: [], meter: null },
    pathDirs: ['/usr/bin', '/bin'],
    marker: `fake-agent-${process.pid}`,
    clock: startClock(),
    limits: defaultLimits(),
    timeoutMs: 30_000,
    idleMs: 30_000,
    meter: { inFlight: () => 0, lastActivityMs: () => null, agentStopping() {} },
    stop: new AbortController().signal,
    budgetSpent: new AbortController().signal,
    onStarted: () => {},
    onOutput: () => {},
    onStep: () => {},
  });
  return { received: JSON.parse(readFileSync(join(dir, 'tmp', 'received.json'), 'utf8')), stopReason };
}

/** Not in the snapshot: the same for every agent, or specific to the machine. */
const COMMON =
  /^(PATH|LANG|TERM|NO_COLOR|CI|HOME|TMPDIR|XDG_.*|CARGO_.*|CAB_RUN|(HTTPS?|ALL|NO)_PROXY|__CF.*)$/i;

describe.each(adapters)('$id', (adapter) => {
  it('gets its documented command line, environment and config, and nothing else', async () => {
    const { received, stopReason } = await runFakeAgent(adapter);
    expect(stopReason).toBe('finished');
    const withoutDir = (text: string) => text.replaceAll(dir, 'RUN');
    expect({
      argv: received.argv.map(withoutDir),
      env: Object.fromEntries(
        Object.entries(received.env)
          .filter(([name]) => !COMMON.test(name))
          .map(([name, value]) => [name, withoutDir(value)]),
      ),
      files: Object.fromEntries(
        Object.entries(received.files).map(([path, text]) => [path, withoutDir(text)]),
      ),
    }).toMatchSnapshot();
  });

  it('gets endpoint, model, prompt and token unchanged; the token is not on the command line', async () => {
    const { received } = await runFakeAgent(adapter);
    const config = [...Object.values(received.env), ...Object.values(received.files)].join('\n');
    const all = [...received.argv, config].join('\n');
    expect(all).toContain('127.0.0.1:45678');
    expect(all).toContain(MODEL);
    expect(config).toContain(TOKEN);
    expect(received.argv.join('\n')).not.toContain(TOKEN);
    expect(received.argv.some((word) => word.endsWith(PROMPT))).toBe(true);
    expect(received.cwd).toBe(join(dir, 'workdir'));
  });

  it('attack: a project has config files of the agent; they are hidden during the run and restored', async () => {
    for (const path of adapter.projectConfig) {
      mkdirSync(join(dir, 'workdir', path, '..'), { recursive: true });
      writeFileSync(join(dir, 'workdir', path), 'planted');
    }
    const { received } = await runFakeAgent(adapter);
    expect(received.workspace.filter((path) => adapter.projectConfig.includes(path))).toEqual([]);
    expect(received.workspace).toContain('AGENTS.md');
    for (const path of adapter.projectConfig) {
      expect(readFileSync(join(dir, 'workdir', path), 'utf8')).toBe('planted');
    }
  });

  it('has https links and unique pins', () => {
    expect(new URL(adapter.homepage).protocol).toBe('https:');
    for (const { link } of adapter.quirks) if (link !== null) expect(new URL(link).protocol).toBe('https:');
    const versions = adapter.pins.map(({ version }) => version);
    expect(new Set(versions).size).toBe(versions.length);
    for (const version of adapter.tried?.versions ?? []) expect(versions).toContain(version);
  });
});

it.each(adapters.filter(({ plugins }) => plugins.includes('mcp')))(
  '$id gets the MCP servers that the user adds',
  async (adapter) => {
    const words = { command: 'word-server', args: ['--today'], env: { WORD: 'heliotrope' } };
    const plugin = { kind: 'mcp' as const, name: 'mcp.json', file: '/mcp.json', servers: { words } };
    const { received } = await runFakeAgent(adapter, { ...NO_CUSTOMISATION, plugins: [plugin] });
    const config = [...Object.values(received.env), ...Object.values(received.files)].join('\n');
    for (const part of ['words', 'word-server', '--today', 'WORD', 'heliotrope'])
      expect(config).toContain(part);
  },
);

describe('agents that cannot be driven', () => {
  it.each(undrivable)('$id is refused with the reason', ({ id, reason }) => {
    expect(() => findAdapter(id)).toThrow(expect.objectContaining({ code: 'usage.undrivable_agent' }));
    expect(() => findAdapter(id)).toThrow(reason);
  });

  it('an unknown name is refused with the most similar one', () => {
    expect(() => findAdapter('cursh')).toThrow(
      expect.objectContaining({ code: 'usage.unknown_agent', fix: 'Did you mean --tui crush?' }),
    );
  });
});
