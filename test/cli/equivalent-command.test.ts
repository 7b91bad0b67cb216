import { expect, it } from 'vitest';
import { equivalentCommand } from '../../src/cli/equivalent-command.js';

it('says every flag that was given or answered, and no default', () => {
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

it('says what is made of parts as it is typed: reporters, limits', () => {
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

it('attack: a key is never said, whichever way it came', () => {
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
