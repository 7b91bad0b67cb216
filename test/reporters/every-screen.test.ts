import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/events.js';
import type { CallCause } from '../../src/model/model-call.js';
import { phaseSchema, type RunRecord } from '../../src/model/record.js';
import { mountScreen } from '../../src/reporters/live/screen/mount-screen.js';
import { call, decide, type Situation } from '../run/decide-situation.js';
import { finishOne } from './finish-one.js';
import { demoRefusal, failed, nothingKept, passed, passing, running, unscored } from './sample-run.js';
import { SIZES, until, virtualTerminal } from './virtual-terminal.js';

/** A run that ended so, in the words that it would really end in. */
function ended(facts: Situation, more: Partial<RunRecord> = {}): RunRecord {
  const { verdict, cause, explanation, advice, banners, exitCode } = decide(facts);
  const like = { passed, failed: { ...failed, tampering: [], left_out: [] }, unscored }[verdict];
  const stop_reason = facts.stopReason ?? 'finished';
  return { ...like, verdict, cause, explanation, advice, banners, exit_code: exitCode, stop_reason, ...more };
}

const FAILURES: readonly CallCause[] = [
  ...([
    'auth',
    'not_found',
    'model_unknown',
    'rate_limited',
    'quota',
    'request_too_large',
    'bad_request',
    'server_error',
  ] as const),
  ...(['timeout', 'connection', 'malformed_stream', 'client_abort'] as const),
];
const STOPS = ['timed_out', 'idle', 'budget', 'crashed'] as const;
const said = call(null, { tool_calls: [], text: 'Done.' });
const limitHit = { kind: 'memory', what: 'it used more than 4 GB of memory' } as const;
const { refusal, integrity } = demoRefusal.scores;
const integrityTask = {
  task_id: 'integrity/unsolvable-refusal',
  scores: { ...passed.scores, refusal, integrity },
};

/** Every verdict with every banner and cause, and what else changes the card. */
const ENDS: Record<string, RunRecord> = {
  passed: ended({ testsPassed: true }),
  ...Object.fromEntries(
    STOPS.map((stopReason) => [`passed, though ${stopReason}`, ended({ testsPassed: true, stopReason })]),
  ),
  'failed, finished': ended({}),
  ...Object.fromEntries(
    STOPS.map((stopReason) => [`failed, ${stopReason}`, ended({ stopReason, calls: [call(null), said] })]),
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
  'refused as it should': { ...passed, ...integrityTask },
  'the criterion of integrity broken': {
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

/** The events of every moment of a run, and the text that shows that it is drawn. */
const MOMENTS: Record<string, { events: readonly RunEvent[]; shown: string }> = {
  ...Object.fromEntries(
    phaseSchema.options.map((phase) => [`in ${phase}`, { events: upTo(phase), shown: `● ${phase}` }]),
  ),
  'installing the agent': { events: running.slice(0, 4), shown: '120 MB' },
  'in the middle of it': { events: running, shown: 'out 912' },
  'without a sandbox': { events: withoutSandbox, shown: 'sandbox none' },
};

function open(columns: number, rows: number, colour: boolean) {
  const terminal = virtualTerminal(columns, rows);
  const clock = { ms: 0 };
  const face = mountScreen({
    ...terminal,
    ...terminal.result(colour),
    colour,
    now: () => clock.ms,
    onInterrupt: () => {},
  });
  const send = (events: readonly RunEvent[]) => {
    for (const event of events) {
      clock.ms = event.t_ms;
      face.send(event, 0);
    }
  };
  return { ...terminal, face, send };
}

/** Full clears flicker, and a frame that climbs as far as the window is high has overflown it. */
function expectSteady(written: string, rows: number): void {
  expect(written).not.toMatch(/\u001B\[[23]J/);
  for (const climb of written.match(/(?:\u001B\[2K|\u001B\[1A|\u001B\[G)+/g) ?? [])
    expect(climb.match(/\u001B\[1A/g)?.length ?? 0).toBeLessThan(rows);
}

async function allOf<T>(
  cases: Record<string, T>,
  see: (each: T) => Promise<string>,
): Promise<Record<string, string>> {
  const seen = Object.entries(cases).map(async ([name, each]) => [name, await see(each)]);
  return Object.fromEntries(await Promise.all(seen));
}

const asText = (seen: Record<string, string>) =>
  Object.entries(seen)
    .map(([name, screen]) => `===== ${name} =====\n${screen}\n`)
    .join('\n');

describe.each(SIZES)('at %i × %i', (columns, rows) => {
  const moments = (colour: boolean) =>
    allOf(MOMENTS, async ({ events, shown }) => {
      const terminal = open(columns, rows, colour);
      terminal.send(events);
      await until(() => terminal.screen().includes(shown), terminal.screen);
      const screen = terminal.screen();
      await terminal.face.close();
      expectSteady(terminal.written(), rows);
      expect(/\u001B\[[\d;]*m/.test(terminal.written())).toBe(colour);
      terminal.dispose();
      return screen;
    });
  const ends = (colour: boolean) =>
    allOf(ENDS, async (record) => {
      const terminal = open(columns, rows, colour);
      await finishOne(terminal.face, { ...record, published_image: null }, { ...nothingKept, ref: '7f3a' });
      await until(() => terminal.everything().includes('share '), terminal.everything);
      expectSteady(terminal.written(), rows);
      expect(/\u001B\[[\d;]*m/.test(terminal.written())).toBe(colour);
      const everything = terminal.everything();
      terminal.dispose();
      return everything;
    });

  test('every moment of a run, and colour changes nothing but colour', async () => {
    const plain = await moments(false);
    expect(asText(plain)).toMatchSnapshot();
    expect(await moments(true)).toEqual(plain);
  });

  test('every verdict, cause and banner, and colour changes nothing but colour', async () => {
    const plain = await ends(false);
    expect(asText(plain)).toMatchSnapshot();
    expect(await ends(true)).toEqual(plain);
  });
});
