import { expect, it } from 'vitest';
import { ExitCode } from '../../../src/model/errors.js';
import { toRecord } from '../../../src/model/to-record.js';
import { score } from '../../../src/run/score.js';
import { callOf } from '../scoring/fixtures.js';
import { after, runUnderTest } from './phase-under-test.js';

const DONE = { main: [{ say: 'Done.' }] };

it('leaves a run without any result unscored, with all numbers null', async () => {
  const { run, of } = await runUnderTest(DONE);
  await after(run, score);
  const record = toRecord(run.state);
  expect(record).toMatchObject({
    verdict: 'unscored',
    stop_reason: 'not_started',
    exit_code: ExitCode.unscored,
  });
  expect([record.duration_s, record.started_at, record.overhead_ms]).toEqual([null, null, null]);
  expect(record.scores.composite.composite).toBeNull();
  expect(record.scores.measured.composite).toBeNull();
  expect(of('phase_started').map(({ phase }) => phase)).toEqual(['score']);
});

it('computes verdict and scores only from events', async () => {
  const { run, events } = await runUnderTest(DONE);
  const { text, ...call } = callOf();
  run.trace.emit({ type: 'model_call', call, text });
  run.trace.emit({
    type: 'agent_stopped',
    stop_reason: 'finished',
    exit_code: 0,
    signal: null,
    active_ms: 900,
  });
  run.trace.emit({ type: 'tests', passed: true, cases: [] });
  await after(run, score);
  expect(toRecord(run.state)).toMatchObject({ verdict: 'passed', exit_code: ExitCode.passed, cause: null });
  expect(toRecord(run.state).scores.latency).toMatchObject({ container_active_ms: 900, wall_clock_ms: null });
  expect(events.at(-1)?.type).toBe('run_ended');
});

it.each([
  [ExitCode.usage, ExitCode.usage],
  [ExitCode.preflight, ExitCode.unscored],
  [null, ExitCode.unscored],
])('a fault with exit code %s before the agent starts gives exit code %s', async (exit_code, expected) => {
  const { run } = await runUnderTest(DONE);
  run.trace.emit({ type: 'fault', message: 'The task is broken.', fix: 'Fix it.', exit_code });
  await after(run, score);
  expect(run.state.ended).toMatchObject({
    verdict: 'unscored',
    cause: 'harness',
    explanation: 'The task is broken.',
    exit_code: expected,
  });
});

it('an interruption takes precedence over a fault', async () => {
  const { run } = await runUnderTest(DONE);
  run.trace.emit({ type: 'fault', message: 'x', fix: 'y', exit_code: null });
  run.trace.emit({ type: 'interrupted' });
  await after(run, score);
  expect(run.state.ended).toMatchObject({ cause: 'interrupted', exit_code: ExitCode.interrupted });
});
