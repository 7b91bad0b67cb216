import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/events.js';
import { meterSegments, tokensPerSecond } from '../../../src/reporters/live/meter-view.js';
import { initialView, reduceView, type ViewState } from '../../../src/reporters/live/view-state.js';
import { sparkline } from '../../../src/reporters/text/bars.js';
import { palette } from '../../../src/reporters/text/palette.js';
import { modelCall, passing, running, started } from './sample-run.js';

const fold = (events: readonly RunEvent[], from: ViewState = initialView) => events.reduce(reduceView, from);
const strip = (view: ViewState) => meterSegments(view.meter, palette(false)).join(' | ');
const ended = (n: number, part: Parameters<typeof modelCall>[1] = {}): RunEvent => ({
  type: 'model_call',
  t_ms: n * 1_000,
  call: modelCall(n, part),
});

describe('the meter', () => {
  test("counts the agent's calls, but not those of the preflight", () => {
    const view = fold(running);
    expect(view.meter).toMatchObject({
      finished: 4,
      promptTokens: 31_204,
      completionTokens: 912,
      cachedTokens: 28_100,
      firstTokenMs: 420,
    });
    expect(strip(view)).toBe(
      'calls 4 | in 31,204 (28,100 cached) | out 912 | first token 0.42s | 104 tok/s  ▃▄▅█',
    );
  });

  test('a call without usage makes the sums unknown, not smaller', () => {
    const view = fold([
      ended(1),
      ended(2, { prompt_tokens: null, completion_tokens: null, cached_tokens: null }),
      ended(3),
    ]);
    expect(strip(view)).toMatch(/^calls 3 \| in – \| out – \|/);
  });

  test('a refused call is counted as failed, and does not make the sums unknown', () => {
    const refused = { status: 429, cause: 'rate_limited', prompt_tokens: null, completion_tokens: null };
    const view = fold([ended(1, refused), ended(2), ended(3, refused)]);
    expect(strip(view)).toMatch(/^calls 3 \(2 failed\) \| in 7,801 \(7,025 cached\) \| out 228 \|/);
  });

  test('an answer in one chunk has no speed', () => {
    const view = fold([
      ended(1, { latency_ms: 430, time_to_first_token_ms: 420 }),
      ended(2, { stream: false }),
    ]);
    expect(tokensPerSecond(view.meter)).toBeNull();
    expect(strip(view)).toContain('– tok/s');
  });

  test('a call in flight counts until it ends, or until the agent stops', () => {
    const begun: RunEvent = { type: 'model_call_started', t_ms: 25_000, n: 6, probe: false };
    const view = fold([begun], fold(running));
    expect(strip(view)).toMatch(/^calls 5 /);
    expect(view.meter.inFlight.get(6)).toBe(25_000);
    expect(fold(passing.slice(running.length), view).meter.inFlight.size).toBe(0);
  });
});

describe('the phases', () => {
  const names = (view: ViewState) => view.phases.map(({ phase, status }) => `${phase} ${status}`);

  test('all are listed from the start, in the order in which they start', () => {
    expect(names(fold([started]))).toEqual([
      'preflight pending',
      'prepare pending',
      'agent pending',
      'tests pending',
      'score pending',
    ]);
    const prepareFirst = fold([
      started,
      { type: 'phase_started', t_ms: 1, phase: 'prepare', limit_ms: null },
    ]);
    expect(names(prepareFirst).slice(0, 2)).toEqual(['prepare running', 'preflight pending']);
  });

  test('a failed phase has the status failed', () => {
    const view = fold([
      { type: 'phase_started', t_ms: 0, phase: 'preflight', limit_ms: null },
      { type: 'phase_ended', t_ms: 9, phase: 'preflight', ok: false, elapsed_ms: 9 },
    ]);
    expect(view.phases[0]).toMatchObject({ phase: 'preflight', status: 'failed', elapsedMs: 9 });
  });
});

test('activity is the last output or call while the agent runs, and null before and after', () => {
  const output: RunEvent = { type: 'agent_output', t_ms: 30_000, stream: 'stderr', text: '…' };
  expect(fold([started, output]).lastActivityMs).toBeNull();
  expect(fold([output], fold(running)).lastActivityMs).toBe(30_000);
  expect(fold(passing).lastActivityMs).toBeNull();
});

test('a new run resets the view', () => {
  expect(fold([started], fold(passing))).toEqual(fold([started]));
});

test('the reducer does not change its input', () => {
  const before = fold(running);
  const copy = structuredClone(before);
  fold(passing.slice(running.length), before);
  expect(before).toEqual(copy);
});

test('sparkline', () => {
  expect(sparkline([1, 2, 4])).toBe('▃▅█');
  expect(sparkline([0, 7])).toBe('▁█');
  expect(sparkline([5])).toBe('');
  expect(sparkline([0, 0])).toBe('');
});
