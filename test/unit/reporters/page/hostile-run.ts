import type { RunRecord, StepRecord } from '../../../../src/model/record.js';
import { failed } from '../sample-run.js';
import { pagePatch, pageRun } from './page-run.js';

const PAYLOAD = [
  '</script><script>globalThis.owned=1</script><img src=x onerror="globalThis.owned=1">',
  '\u001B]52;c;cm0gLXJm\u0007\u001B[2J\u009B31m\u202Egnp.exe\u2066',
  ']]>\u0000&amp;"\'`|*_[x](javascript:owned=1) @everyone https://evil.example\r\n::error::x',
].join(' ');

const MEGABYTE = 'x'.repeat(1 << 20);

/** A record with an attack in every free text: 5,000 steps, 2,000 spans and calls, lines of one megabyte. */
export function hostileRun(): { record: RunRecord; patch: string; payload: string } {
  const [step, call, span] = [pageRun.steps[1], pageRun.model_calls[0], pageRun.spans[0]];
  if (!step || !call || !span) throw new Error('the sample run has steps, calls and spans');
  const poisonedStep = (n: number): StepRecord => ({
    ...step,
    n,
    t_ms: 9_000 + n,
    target: PAYLOAD,
    name: PAYLOAD,
    output: n < 3 ? PAYLOAD + MEGABYTE : PAYLOAD,
    diff: n % 2 === 0 ? `-${PAYLOAD}\n+${PAYLOAD}` : null,
  });
  const many = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));
  const record: RunRecord = {
    ...failed,
    model: PAYLOAD,
    tui_version: PAYLOAD,
    model_build_id: PAYLOAD + MEGABYTE,
    task_id: `mutations/${PAYLOAD}`,
    run_id: `7f3a';${PAYLOAD}`,
    explanation: PAYLOAD,
    banners: [PAYLOAD],
    litter: [PAYLOAD],
    left_out: [PAYLOAD],
    tampering: [{ path: PAYLOAD, kind: 'symlink', what: PAYLOAD }],
    scores: {
      ...failed.scores,
      pass_rate: { ...failed.scores.pass_rate, stdout_tail: PAYLOAD + MEGABYTE, stderr_tail: PAYLOAD },
      blast_radius: { ...failed.scores.blast_radius, added: many(3_000, (n) => `${n}${PAYLOAD}`) },
    },
    tests: many(500, (n) => ({ name: `${n} ${PAYLOAD}`, kind: 'hidden', status: 'failed' })),
    steps: many(5_000, poisonedStep),
    model_calls: many(2_000, (n) => ({
      ...call,
      n,
      request_hash: PAYLOAD,
      finish: PAYLOAD,
      timestamp: PAYLOAD,
    })),
    spans: many(2_000, (n) => ({
      ...span,
      span_id: `${n}${PAYLOAD}`,
      name: PAYLOAD,
      start_ms: 9_000 + n,
      attrs: { [PAYLOAD]: PAYLOAD, big: n < 3 ? MEGABYTE : PAYLOAD },
    })),
  };
  const patch = pagePatch.replace('attempt.is_ok()', PAYLOAD) + `+${MEGABYTE}\n`.repeat(2);
  return { record, patch, payload: PAYLOAD };
}
