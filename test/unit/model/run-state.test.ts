import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/model/events.js';
import type { Check, Span } from '../../../src/model/record.js';
import { foldEvents, wallClockOf } from '../../../src/model/run-state.js';
import { foldRecord } from '../../../src/model/to-record.js';
import { passed, passing } from '../reporters/sample-run.js';

const check = (id: string, status: Check['status']): RunEvent => ({
  type: 'check',
  t_ms: 0,
  check: { id, title: id, status, detail: `${id} says ${status}`, fix: null, elapsed_ms: 1 },
});
const span = (kind: Span['kind'], start_ms: number, duration_ms: number): RunEvent => ({
  type: 'span',
  t_ms: 0,
  span: { span_id: kind, parent_id: null, kind, name: kind, start_ms, duration_ms, attrs: {}, error: null },
});

const t_ms = 60_000;
const { scores, unmeasured, tokens_known_subtotal } = passed;
const scored: RunEvent = { type: 'scored', t_ms, scores, unmeasured, tokens_known_subtotal };
const { verdict, stop_reason, cause, explanation, advice, banners, exit_code } = passed;
const { started_at, ended_at, duration_s, overhead_ms, phases } = passed;
const ended: RunEvent = {
  ...{ type: 'run_ended', t_ms, verdict, stop_reason, cause, explanation, advice, banners, exit_code },
  ...{ started_at, ended_at, duration_s, overhead_ms, phases },
};

describe('the state of a run', () => {
  it('can be folded from any beginning of its events', () => {
    for (let length = 0; length <= passing.length; length++) {
      const part = passing.slice(0, length);
      const state = foldEvents(part);
      expect(state.steps).toHaveLength(part.filter(({ type }) => type === 'step').length);
      expect(state.calls).toHaveLength(part.filter(({ type }) => type === 'model_call').length);
      expect(state.ended !== null).toBe(part.some(({ type }) => type === 'run_ended'));
    }
  });

  it('names the check that ended the run, not the first failed check', () => {
    const { blocked, checks } = foldEvents([
      check('sandbox', 'fail'),
      check('git', 'fail'),
      { type: 'blocked', t_ms: 0, check_id: 'git' },
    ]);
    expect(checks).toHaveLength(2);
    expect(blocked?.detail).toBe('git says fail');
  });

  it('measures the wall clock from setup to the end of cleanup', () => {
    const setUp = span('task_setup', 100, 20);
    const agent = span('container', 120, 1000);
    const cleanup = span('cleanup', 1200.5, 3.25);
    expect(wallClockOf(foldEvents([setUp, agent, cleanup]))).toEqual({ startMs: 100, wallClockMs: 1103.75 });
    expect(wallClockOf(foldEvents([setUp, agent]))).toBeNull();
    expect(wallClockOf(foldEvents([]))).toBeNull();
  });
});

describe('the record of a run', () => {
  it('has no texts of answers: only the events have them', () => {
    const whole = [...passing, scored, ended];
    const words = 'The assistant says where the bug is.';
    const spoken = whole.map((event) => (event.type === 'model_call' ? { ...event, text: words } : event));
    expect(foldEvents(spoken).calls.at(-1)?.text).toBe(words);
    expect(foldRecord(spoken)).toEqual(foldRecord(whole));
  });

  it('throws for a run that has not ended', () => {
    expect(() => foldRecord([...passing, scored])).toThrow('The events of this run stop before its end.');
  });
});
