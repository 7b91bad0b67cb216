import { expect, it } from 'vitest';
import { isIncomplete, mayAsk } from '../../../src/cli/check.js';
import type { CliIo } from '../../../src/cli/io.js';

const GIVEN = { idleTimeout: 120, sandbox: 'auto', keepRuns: 200, color: true } as const;
const URL = 'http://127.0.0.1:8080/v1';

it.each<[string, Partial<Parameters<typeof isIncomplete>[0]>, NodeJS.ProcessEnv, boolean]>([
  ['nothing', {}, {}, true],
  ['a demo', { demo: 'oracle' }, {}, false],
  ['an endpoint without a model', { endpoint: URL }, {}, true],
  ['an endpoint and a model', { endpoint: URL, model: 'm' }, {}, false],
  ['both by environment', {}, { CAB_ENDPOINT: URL, CAB_MODEL: 'm' }, false],
  ['an empty variable', { model: 'm' }, { CAB_ENDPOINT: '' }, true],
])('%s was given: something is missing: %s', (_, flags, env, expected) => {
  expect(isIncomplete({ ...GIVEN, ...flags }, { env } as CliIo)).toBe(expected);
});

it.each<[string, Partial<Parameters<typeof mayAsk>[0]>, { stdin?: boolean; stderr?: boolean }, boolean]>([
  ['on a terminal', {}, {}, true],
  ['when a script waits for JSON', { json: true }, {}, false],
  ['when the key comes on stdin', { key: '-' }, {}, false],
  ['when stdin is no terminal', {}, { stdin: false }, false],
  ['when the questions cannot be seen', {}, { stderr: false }, false],
])('asks the user %s: %s', (_, flags, { stdin = true, stderr = true }, expected) => {
  const io = { env: {}, stdin: { isTTY: stdin }, stderr: { isTTY: stderr } } as CliIo;
  expect(mayAsk({ ...GIVEN, ...flags }, io)).toBe(expected);
});
