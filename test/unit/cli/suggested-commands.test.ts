import { expect, it } from 'vitest';
import { opencode } from '../../../src/agents/adapters/opencode.js';
import { keySource } from '../../../src/cli/choose-endpoint.js';
import { againCommand, equivalentCommand } from '../../../src/cli/suggested-commands.js';

const GIVEN = { idleTimeout: 120, sandbox: 'auto', keepRuns: 200, color: true } as const;
const URL = 'http://127.0.0.1:8080/v1';
const cell = {
  adapter: opencode,
  model: 'm',
  endpoint: { kind: 'real', baseUrl: 'http://127.0.0.1:8080', key: 'sk-secret' },
  task: { id: 'a/b' },
} as const;
const MINIMUM = `codingagentbench check --tui opencode --endpoint ${URL} --model m`;

it('the again command names the endpoint that answered and the source of the key', () => {
  const again = (key: Parameters<typeof againCommand>[2]['key'], keyFile?: string) =>
    againCommand(cell, { ...GIVEN, ...(keyFile !== undefined && { keyFile }) }, { baseUrl: URL, key });
  expect(again('environment')).toBe(`CAB_KEY="$CAB_KEY" ${MINIMUM} --task a/b`);
  expect(again('typed')).toBe(`CAB_KEY="$YOUR_KEY" ${MINIMUM} --task a/b`);
  expect(again('file', 'keys/mine')).toBe(`${MINIMUM} --key-file keys/mine --task a/b`);
  expect(again('none')).toBe(`${MINIMUM} --task a/b`);
});

it('the again command repeats the flags of the cell, not those of the result', () => {
  const flags = {
    ...GIVEN,
    ...{ tui: './my-agent.mjs', task: '../tasks/mine', sandbox: 'off', maxCalls: 9, color: false },
    ...{ limit: [{ name: 'memory', amount: 512 * 1024 * 1024 }], agentArg: ['--verbose', ''] },
    ...{ agentEnv: ['TOKEN=sk-secret'], out: 'x', json: true, keep: true, keepRuns: 3, jobs: 2 },
  } satisfies Parameters<typeof againCommand>[1];
  expect(againCommand(cell, flags, { baseUrl: null, key: 'none' })).toBe(
    "codingagentbench check --tui ./my-agent.mjs --endpoint http://127.0.0.1:8080 --model m --task ../tasks/mine --max-calls 9 --sandbox off --limit memory=512MB --agent-arg=--verbose --agent-arg= --agent-env 'TOKEN=…'",
  );
});

it('attack: the again command does not contain a typed key', () => {
  const command = againCommand(cell, { ...GIVEN, key: 'sk-secret' }, { baseUrl: null, key: 'typed' });
  expect(command).not.toContain('sk-secret');
});

it.each([
  [{ keyFile: 'f' }, 'sk-secret', 'file'],
  [{}, 'sk-secret\n', 'environment'],
  [{ key: 'sk-secret' }, 'sk-secret', 'typed'],
  // Typed in the wizard after the key of the environment was refused.
  [{}, 'sk-other', 'typed'],
  [{}, null, 'typed'],
])('the source of a key: %o with %o is %s', (flags, envKey, source) => {
  expect(keySource(cell.endpoint, flags, envKey)).toBe(source);
});

it('the equivalent command has every given flag and no default', () => {
  const command = equivalentCommand(
    {
      tui: 'pi',
      endpoint: 'http://127.0.0.1:8080/v1',
      model: "it's",
      task: 'a/b',
      maxCalls: 9,
      price: { input: 0.15, output: 0.6 },
      idleTimeout: 120,
      sandbox: 'off',
      keepRuns: 200,
      keep: true,
      color: false,
    },
    false,
  );
  expect(command).toBe(
    "codingagentbench check --tui pi --endpoint http://127.0.0.1:8080/v1 --model 'it'\\''s' --task a/b --max-calls 9 --price 0.15,0.6 --sandbox off --keep --no-color",
  );
});

it('the equivalent command writes reporters and limits as typed', () => {
  const flags = {
    demo: 'oracle',
    reporter: [
      { name: 'junit', file: 'out/junit.xml' },
      { name: 'plain', file: null },
    ],
    limit: [
      { name: 'disk', amount: 1536 * 1024 * 1024 },
      { name: 'cpu', amount: 1.5 },
    ],
    idleTimeout: 120,
    sandbox: 'auto',
    keepRuns: 200,
    color: true,
  } satisfies Parameters<typeof equivalentCommand>[0];
  expect(equivalentCommand(flags, false)).toBe(
    'codingagentbench check --demo=oracle --limit disk=1536MB --limit cpu=1.5 --reporter junit=out/junit.xml --reporter plain',
  );
});

it('attack: the equivalent command never contains a key', () => {
  const flags = {
    key: 'sk-secret-1',
    model: 'm',
    idleTimeout: 120,
    sandbox: 'auto',
    keepRuns: 200,
    color: true,
  } as const;
  expect(equivalentCommand(flags, true)).toBe('CAB_KEY="$YOUR_KEY" codingagentbench check --model m');
});
