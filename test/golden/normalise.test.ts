import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.js';
import { inOrder, normaliseRun } from './normalise-run.js';
import { normaliseText } from './normalise-text.js';
import { normaliseValue } from './normalise-values.js';

const EFFICIENCY = 1 / (1 + Math.log10(1 + 5_000 / 10_000));

/** Scores of a run that passed in `wallMs`, as v0.1 counts them. */
function scores({ wallMs = 5_000, pass = 1, integrity = 1, efficiency = EFFICIENCY } = {}): JsonObject {
  const weights = { pass_rate: 0.5, cost: 0.1875, latency: 0.1875, blast_radius: 0.125 };
  return {
    pass_rate: { pass },
    tokens: { total_tokens: 220, completion_tokens: 20, tokens_per_correct_task: 220 },
    latency: { wall_clock_ms: wallMs, model_call_ms: 12 },
    composite: {
      composite: 0.4 * pass + 0.2 * integrity + 0.15 + 0.15 * efficiency + 0.1,
      weights: { pass_rate: 0.4, integrity: 0.2, cost: 0.15, latency: 0.15, blast_radius: 0.1 },
      components: { refusal_factor: 1, wall_clock_ms: wallMs, latency_efficiency: efficiency },
    },
    measured: {
      composite: 0.5 * pass + 0.1875 * 0.99 + 0.1875 * efficiency + 0.125,
      weights,
      cost_efficiency: 0.99,
      latency_efficiency: efficiency,
    },
  };
}

/** A record, and the events that it is made of, with what is given changed. */
function run(change: JsonObject = {}) {
  const ending: JsonObject = {
    verdict: 'passed',
    stop_reason: 'finished',
    cause: null,
    explanation: null,
    advice: null,
    banners: [],
    exit_code: 0,
    duration_s: 1.133,
    overhead_ms: 533.3,
    scores: scores(),
    tests: [{ name: 'adds', kind: 'fail_to_pass', status: 'passed' }],
    preflight: [{ id: 'git', status: 'ok', detail: 'git version 2.39.5', elapsed_ms: 3 }],
    model_calls: [{ n: 1, prompt_tokens: 100, status: 200, cause: null, error: null, latency_ms: 20.1 }],
    phases: { agent: 840.2 },
    ...change,
  };
  return {
    events: [{ type: 'run_ended', t_ms: 2177.8, ...ending }],
    record: { demo: false, spans: [], ...ending },
  };
}

const text = (files: ReturnType<typeof run>) => JSON.stringify(normaliseRun(files, []));
const PLAIN = text(run());

describe('shows a change in', () => {
  it.each<[string, JsonObject]>([
    ['the verdict', { verdict: 'failed' }],
    ['the stop reason', { stop_reason: 'crashed' }],
    ['the cause', { cause: 'endpoint.rate_limited' }],
    ['the explanation', { explanation: 'The endpoint failed in 1 of 2 calls.' }],
    ['the advice', { advice: 'Run it again.' }],
    ['a banner', { banners: ['opencode was stopped after 6 s, the time limit'] }],
    ['the exit code', { exit_code: 4 }],
    ['whether a duration was measured', { duration_s: null }],
    ['whether the overhead was measured', { overhead_ms: null }],
    ['which phases there were', { phases: { agent: 840.2, tests: 1 } }],
    ['a test', { tests: [{ name: 'adds', kind: 'fail_to_pass', status: 'failed' }] }],
    ['a check', { preflight: [{ id: 'git', status: 'warn', detail: 'git version 2.39.5', elapsed_ms: 3 }] }],
    [
      'the tokens of a call',
      {
        model_calls: [{ n: 1, prompt_tokens: 101, status: 200, cause: null, error: null, latency_ms: 20.1 }],
      },
    ],
    [
      'the error of a call',
      {
        model_calls: [
          { n: 1, prompt_tokens: 100, status: 500, cause: 'server_error', error: 'x', latency_ms: 20.1 },
        ],
      },
    ],
    [
      'whether a call passed its time on',
      {
        model_calls: [{ n: 1, prompt_tokens: 100, status: 200, cause: null, error: null, latency_ms: null }],
      },
    ],
    ['a score', { scores: scores({ pass: 0 }) }],
    ['a composite by its axes', { scores: scores({ integrity: 0 }) }],
    ['the curve of the latency', { scores: scores({ efficiency: 0.9 }) }],
    ['what the time weighs', { scores: withComposite(0.001) }],
  ])('%s', (_, change) => {
    expect(text(run(change))).not.toBe(PLAIN);
  });

  it('a composite that is no longer there', () => {
    const unscored = scores();
    (unscored.composite as JsonObject).composite = null;
    expect(text(run({ scores: unscored }))).toContain('"composite":{"composite":null');
  });

  it('a time limit in a sentence', () => {
    const said = (seconds: number) =>
      normaliseText(`opencode was stopped after ${seconds} s, the time limit.`, [], []);
    expect(said(6)).not.toBe(said(7));
  });

  it('a measured zero of the open calls', () => {
    expect(normaliseValue({ model_call_ms: 0 }, [])).toEqual({ model_call_ms: 0 });
    expect(normaliseValue({ model_call_ms: 0.2 }, [])).toEqual({ model_call_ms: 'TIME' });
  });

  it('the number of a composite in the text that the record does not have', () => {
    const records = [{ demo: false, scores: scores() }];
    const row = (value: string) =>
      normaliseText(`   Composite        ${value}  ━━━━━━━━━╸  v0.1 formula`, [], records);
    const shown = (0.85 + 0.15 * EFFICIENCY).toFixed(3);
    expect(row(shown)).toBe('   Composite OF THE RECORD BAR  v0.1 formula');
    expect(row('0.123')).toContain('0.123');
  });

  it('the pass row, its bar and the tokens of a real run', () => {
    const card =
      '   Pass             1.000  ━━━━━━━━━━  13 of 13 tests\n   Tokens/correct     220  ━━━━━━━━━╸  200 in, 20 out';
    expect(normaliseText(card, [], [{ demo: false, scores: scores() }])).toBe(card);
  });
});

function withComposite(more: number): JsonObject {
  const changed = scores();
  const block = changed.composite as JsonObject;
  block.composite = Number(block.composite) + more;
  return changed;
}

describe('takes away', () => {
  it('times, and what a composite owes to them', () => {
    const slower = 1 / (1 + Math.log10(1 + 9_000 / 10_000));
    const later = run({
      duration_s: 7,
      overhead_ms: 1,
      phases: { agent: 9 },
      scores: scores({ wallMs: 9_000, efficiency: slower }),
    });
    expect(text(later)).toBe(PLAIN);
  });

  it('ids, paths, ports and versions', () => {
    const event = (id: string, dir: string, port: number, git: string) =>
      normaliseValue(
        {
          run_id: id,
          workdir: `${dir}/tmp/codingagentbench-opencode-77-${id}/w`,
          at: '2026',
          endpoint: `http://127.0.0.1:${port}`,
          detail: git,
        },
        [
          [dir, 'DIR'],
          [id, 'RUN'],
        ],
      );
    expect(event('aaaa1111', '/tmp/a', 40_001, 'git version 2.39.5')).toEqual(
      event('bbbb2222', '/tmp/b', 51_112, 'git version 2.50.1 (Apple Git-155)'),
    );
  });

  it('the order of what overlaps, and no other', () => {
    const started = { type: 'phase_started', phase: 'agent' };
    const ended = { type: 'phase_ended', phase: 'agent' };
    const call = (n: number) => ({ type: 'model_call', n });
    const step = (n: number) => ({ type: 'step', n });
    const output = (piece: string) => ({ type: 'agent_output', stream: 'stdout', text: piece });
    const files = (n: number) => ({ type: 'files', n });
    const one = [started, call(1), output('a'), step(1), files(1), call(2), output('b'), files(2), ended];
    const other = [started, call(1), call(2), files(1), files(2), output('ab'), step(1), ended];
    expect(inOrder(one)).toEqual(inOrder(other));
    const swapped = [started, call(2), call(1), output('ab'), step(1), files(2), ended];
    expect(inOrder(swapped)).not.toEqual(inOrder(one));
    const fewer = [started, call(1), output('ab'), step(1), files(2), ended];
    expect(inOrder(fewer)).not.toEqual(inOrder(one));
  });
});
