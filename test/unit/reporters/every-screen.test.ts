import { describe, expect, test } from 'vitest';
import { ENDPOINT_CAUSES } from '../../../src/model/causes.js';
import type { RunEvent } from '../../../src/model/events.js';
import type { CallCause } from '../../../src/model/model-call.js';
import { phaseSchema, type RunRecord } from '../../../src/model/record.js';
import { mountScreen } from '../../../src/reporters/live/screen/mount-screen.js';
import { call, decide, type Situation } from '../run/decide-situation.js';
import { demoRefusal, failed, finishOne, noLinks, passed, passing, running, unscored } from './sample-run.js';
import {
  expectFacts,
  expectNoFlicker,
  SIZES,
  SNAPSHOT_SIZE,
  until,
  virtualTerminal,
} from './virtual-terminal.js';

/** A record with the verdict and the texts that these facts lead to. */
function ended(facts: Situation, more: Partial<RunRecord> = {}): RunRecord {
  const { verdict, cause, explanation, advice, banners, exitCode } = decide(facts);
  const base = { passed, failed: { ...failed, tampering: [], left_out: [] }, unscored }[verdict];
  const stop_reason = facts.stopReason ?? 'finished';
  return { ...base, verdict, cause, explanation, advice, banners, exit_code: exitCode, stop_reason, ...more };
}

const FAILURES: readonly CallCause[] = [...ENDPOINT_CAUSES, 'client_abort'];
const STOPS = ['timed_out', 'idle', 'budget', 'crashed'] as const;
const textCall = call(null, { tool_calls: [], text: 'Done.' });
const limitHit = { kind: 'memory', what: 'it used more than 4 GB of memory' } as const;
const { refusal, integrity } = demoRefusal.scores;
const integrityTask = {
  task_id: 'integrity/unsolvable-refusal',
  scores: { ...passed.scores, refusal, integrity },
};

/** Every verdict with every banner and cause, and other variants of the card. */
const ENDS: Record<string, RunRecord> = {
  passed: ended({ testsPassed: true }),
  ...Object.fromEntries(
    STOPS.map((stopReason) => [`passed, though ${stopReason}`, ended({ testsPassed: true, stopReason })]),
  ),
  'failed, finished': ended({}),
  ...Object.fromEntries(
    STOPS.map((stopReason) => [
      `failed, ${stopReason}`,
      ended({ stopReason, calls: [call(null), textCall] }),
    ]),
  ),
  'failed, over a limit': ended({ stopReason: 'limit', limitHit }),
  'failed, context overflow': ended({ calls: [call(null), call('context_overflow')] }),
  'failed, malformed call': ended({ calls: [call(null), call('malformed_call')] }),
  'failed, empty reply': ended({ calls: [call('empty_reply')] }),
  'failed, still writing': ended({
    calls: [call('cut_off', { time_to_first_token_ms: 900 })],
    stopReason: 'timed_out',
  }),
  'not scored, too slow': ended({ calls: [call('cut_off')], stopReason: 'timed_out' }),
  'not scored, refused in mid-run': ended({ calls: [call(null), call('bad_request', { status: 400 })] }),
  'not scored, it never fitted': ended({ calls: [call('context_overflow')] }),
  'not scored, the agent crashed': ended({
    stopReason: 'crashed',
    lastStderrLine: 'TypeError: x is undefined',
  }),
  'failed, no tool was called': ended({ calls: [call(null, { tool_calls: [] })] }),
  'failed, tampering': failed,
  ...Object.fromEntries(FAILURES.map((cause) => [`not scored, ${cause}`, ended({ calls: [call(cause)] })])),
  'not scored, the agent did not start': ended({ stopReason: 'not_started', calls: [] }),
  'not scored, the agent asked nothing': ended({ calls: [], lastStderrLine: 'no such model' }),
  'not scored, interrupted': ended({ stopReason: 'interrupted' }),
  'not scored, preflight': {
    ...unscored,
    stop_reason: 'not_started',
    cause: 'preflight.endpoint.reach',
    explanation: 'Nothing listens at 127.0.0.1:1 (connection refused).',
    advice: 'Start the server, or correct the port in --endpoint.',
    exit_code: 3,
    sandbox: null,
  },
  'refused correctly': { ...passed, ...integrityTask },
  'the integrity criterion does not hold': {
    ...failed,
    ...integrityTask,
    scores: {
      ...failed.scores,
      refusal: { ...refusal, refusal: 0, refusal_produced: false, refusal_correct: 'false' },
      integrity: { ...integrity, integrity: 0 },
    },
  },
  demo: demoRefusal,
  'no sandbox': { ...passed, sandbox: 'none', direct_egress: 'possible' },
};

const upTo = (phase: string) => {
  const at = passing.findIndex((event) => event.type === 'phase_started' && event.phase === phase);
  return passing.slice(0, at + 1);
};
const withoutSandbox = running.map(
  (event): RunEvent =>
    event.type === 'agent_started' ? { ...event, sandbox: 'none', direct_egress: 'possible' } : event,
);

/** Moments of a run: the events until then, and a text on the screen. */
const MOMENTS: Record<string, { events: readonly RunEvent[]; shown: string }> = {
  ...Object.fromEntries(
    phaseSchema.options.map((phase) => [`in ${phase}`, { events: upTo(phase), shown: `● ${phase}` }]),
  ),
  'installing the agent': { events: running.slice(0, 4), shown: '120 MB' },
  'in the middle of the agent phase': { events: running, shown: 'out 912' },
  'without a sandbox': { events: withoutSandbox, shown: 'sandbox none' },
};

function open(columns: number, rows: number, colour: boolean) {
  const terminal = virtualTerminal(columns, rows);
  const clock = { ms: 0 };
  const reporter = mountScreen({
    ...terminal,
    ...terminal.result(colour),
    colour,
    now: () => clock.ms,
    onInterrupt: () => {},
  });
  const send = (events: readonly RunEvent[]) => {
    for (const event of events) {
      clock.ms = event.t_ms;
      reporter.send(event, 0);
    }
  };
  return { ...terminal, reporter, send };
}

async function allOf<T>(
  cases: Record<string, T>,
  show: (each: T) => Promise<string>,
): Promise<Record<string, string>> {
  const shown = Object.entries(cases).map(async ([name, each]) => [name, await show(each)]);
  return Object.fromEntries(await Promise.all(shown));
}

const asText = (screens: Record<string, string>) =>
  Object.entries(screens)
    .map(([name, screen]) => `===== ${name} =====\n${screen}\n`)
    .join('\n');

/** Paths and commands are not wrapped, so that they can be copied. */
const COPIED = /^ {3}(?:look|share) /;

describe.each(SIZES)('at %i × %i', (columns, rows) => {
  const moments = (colour: boolean) =>
    allOf(MOMENTS, async ({ events, shown }) => {
      const terminal = open(columns, rows, colour);
      terminal.send(events);
      await until(() => terminal.screen().includes(shown), terminal.screen);
      const screen = terminal.screen();
      expect(terminal.wrappedLines()).toEqual([]);
      expectFacts(screen, ['opencode', 'openai/gpt-oss-120b', 'mutations/rust-error-negated']);
      await terminal.reporter.close();
      expectNoFlicker(terminal.written(), rows);
      expect(/\u001B\[[\d;]*m/.test(terminal.written())).toBe(colour);
      terminal.dispose();
      return screen;
    });
  const ends = (colour: boolean) =>
    allOf(ENDS, async (record) => {
      const terminal = open(columns, rows, colour);
      await finishOne(terminal.reporter, { ...record, published_image: null }, { ...noLinks, ref: '7f3a' });
      await until(() => terminal.everything().includes('share '), terminal.everything);
      const everything = terminal.everything();
      expect(terminal.wrappedLines().filter((line) => !COPIED.test(line))).toEqual([]);
      expectFacts(everything, [
        { passed: 'PASSED', failed: 'FAILED', unscored: 'NOT SCORED' }[record.verdict],
        ...[record.task_id, record.explanation, record.advice, ...record.banners],
        ...[record.run_id, record.notice],
      ]);
      expectNoFlicker(terminal.written(), rows);
      expect(/\u001B\[[\d;]*m/.test(terminal.written())).toBe(colour);
      terminal.dispose();
      return everything;
    });

  test('shows every moment of a run within the window, and the same text with colour', async () => {
    expect(await moments(true)).toEqual(await moments(false));
  });

  test('shows every verdict, cause and banner within the window, and the same text with colour', async () => {
    expect(await ends(true)).toEqual(await ends(false));
  });

  if (columns !== SNAPSHOT_SIZE[0]) return;

  test('every moment of a run', async () => {
    expect(asText(await moments(false))).toMatchSnapshot();
  });

  test('every verdict, cause and banner', async () => {
    expect(asText(await ends(false))).toMatchSnapshot();
  });
});
