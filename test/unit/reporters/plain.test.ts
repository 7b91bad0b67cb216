import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/events.js';
import { plainRun } from '../../../src/reporters/live/plain.js';
import { failed, finishOne, links, passed, passing, started } from './sample-run.js';

function record(width = 80) {
  const progress: string[] = [];
  const result: string[] = [];
  const reporter = plainRun({
    write: (text) => progress.push(text),
    writeResult: (text) => result.push(text),
    width,
    colour: false,
    resultWidth: width,
    resultColour: false,
  });
  return { reporter, progress: () => progress.join(''), result: () => result.join('') };
}

test('the whole output of a run that passes', async () => {
  const { reporter, progress, result } = record();
  for (const event of passing) reporter.send(event, 0);
  await finishOne(reporter, passed, links);
  expect(progress()).toMatchSnapshot();
  expect(result()).toMatch(/^\n PASSED {3}opencode × openai\/gpt-oss-120b · mutations\/rust-error-negated\n/);
});

test('problems are shown when they happen', async () => {
  const { reporter, progress } = record();
  const events: RunEvent[] = [
    started,
    {
      type: 'warning',
      t_ms: 1,
      message: 'The key on the command line can be read by every process of this machine.',
    },
    {
      type: 'agent_stopped',
      t_ms: 2,
      stop_reason: 'crashed',
      exit_code: null,
      signal: 'SIGSEGV',
      active_ms: 1,
    },
    { type: 'diff', t_ms: 3, tampering: failed.tampering, litter: [], left_out: [], patch: '' },
    { type: 'tests', t_ms: 4, passed: false, cases: failed.tests },
    { type: 'tests', t_ms: 5, passed: false, cases: [] },
  ];
  for (const event of events) reporter.send(event, 0);
  reporter.interrupted();
  expect(progress()).toMatchInlineSnapshot(`
    " opencode × openai/gpt-oss-120b · mutations/rust-error-negated · rust
     ! The key on the command line can be read by every process of this machine.
     ! the agent crashed (SIGSEGV)
     ✖ tests/retry.rs: a protected test file was changed
     ✖ 4 tests failed: first_attempt_ok_returns_immediately,
       retries_on_error_until_success, gives_up_after_max_attempts, delays double
     ✖ the tests failed
     stopping …
    "
  `);
});

test('a long install shows its progress every ten seconds', () => {
  const { reporter, progress } = record();
  for (let t_ms = 0; t_ms < 60_000; t_ms += 500)
    reporter.send(
      {
        type: 'acquire_progress',
        t_ms,
        agent: 'opencode',
        version: '1',
        bytes_on_disk: t_ms * 1e3,
        done: false,
      },
      0,
    );
  expect(progress().match(/installing/g)).toHaveLength(6);
});

test('a demo starts with DEMO', () => {
  const { reporter, progress } = record();
  reporter.send({ ...started, demo: true }, 0);
  expect(progress()).toMatch(/^ {2}DEMO {2}opencode/);
});
