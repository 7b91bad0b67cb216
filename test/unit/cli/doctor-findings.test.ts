import { expect, it } from 'vitest';
import { nextCommand } from '../../../src/cli/doctor-findings.js';
import type { LocalServer } from '../../../src/endpoint/probe/find-local-servers.js';
import type { FullProbeResult } from '../../../src/endpoint/probe/full-probe.js';
import { ExitCode } from '../../../src/model/errors.js';

const URL = 'http://127.0.0.1:8080/v1';
const examined = (model: string | null): FullProbeResult => ({
  ...{ baseUrl: URL, model, server: null, contextTokens: null, responsesApi: null, calls: [] },
});
const server = (models: string[] | null): LocalServer => ({ baseUrl: URL, server: null, models });

it.each<[string, ...Parameters<typeof nextCommand>, string | null]>([
  ['a problem', ExitCode.preflight, examined('m'), null, {}, null],
  ['a model', ExitCode.passed, examined('m'), null, {}, `check --endpoint ${URL} --model m`],
  [
    'a key file',
    ExitCode.passed,
    examined('m'),
    null,
    { keyFile: 'k' },
    `check --endpoint ${URL} --model m --key-file k`,
  ],
  ['no model', ExitCode.passed, examined(null), null, {}, null],
  [
    'a local server',
    ExitCode.passed,
    null,
    [server(null), server(['m'])],
    {},
    `doctor --endpoint ${URL} --model m`,
  ],
  ['a local server without a model', ExitCode.passed, null, [server([])], {}, 'check --demo'],
  ['no server', ExitCode.passed, null, [], {}, 'check --demo'],
])('after %s', (_, exitCode, examination, local, flags, expected) => {
  const command = expected === null ? null : `codingagentbench ${expected}`;
  expect(nextCommand(exitCode, examination, local, flags)).toBe(command);
});
