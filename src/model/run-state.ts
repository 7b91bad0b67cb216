import type { RunEvent, RunEventOf } from './events.js';
import type { Check, ModelCallRecord, Phase, Span, StepRecord } from './record.js';

/** A model call with the text of its answer. */
export interface CallState extends ModelCallRecord {
  /** Cut at a maximum length; empty when the answer has no text. */
  text: string;
}

/** Everything that is known of a run: the fold of its events. Null: this has not happened yet. */
export interface RunState {
  readonly started: RunEventOf<'run_started'> | null;
  readonly checks: readonly Check[];
  /** The failed check that ended the run before the agent started. */
  readonly blocked: Check | null;
  readonly agent: RunEventOf<'agent_started'> | null;
  /** In the order in which they ended, with those of the probe. */
  readonly calls: readonly CallState[];
  /** A string that occurs only in the task's solution was in a request. */
  readonly answerRead: boolean;
  readonly steps: readonly StepRecord[];
  readonly spans: readonly Span[];
  readonly stopped: RunEventOf<'agent_stopped'> | null;
  readonly diff: RunEventOf<'diff'> | null;
  readonly changes: RunEventOf<'changes'> | null;
  readonly tests: RunEventOf<'tests'> | null;
  readonly interrupted: boolean;
  readonly fault: RunEventOf<'fault'> | null;
  /** Milliseconds of each phase that has ended. */
  readonly phaseMs: Readonly<Partial<Record<Phase, number>>>;
  readonly scored: RunEventOf<'scored'> | null;
  readonly ended: RunEventOf<'run_ended'> | null;
}

/** A state that is updated event by event. */
export interface Fold {
  /** Always the same object; `add` changes it. */
  readonly state: RunState;
  add(event: RunEvent): void;
}

type Mutable = { -readonly [Key in keyof RunState]: RunState[Key] };

/** Starts an empty fold. It copies nothing, so that the cost per event does not grow with the run. */
export function startFold(): Fold {
  const checks: Check[] = [];
  const calls: CallState[] = [];
  const steps: StepRecord[] = [];
  const spans: Span[] = [];
  const phaseMs: Partial<Record<Phase, number>> = {};
  const state: Mutable = {
    started: null,
    checks,
    blocked: null,
    agent: null,
    calls,
    answerRead: false,
    steps,
    spans,
    stopped: null,
    diff: null,
    changes: null,
    tests: null,
    interrupted: false,
    fault: null,
    phaseMs,
    scored: null,
    ended: null,
  };

  function add(event: RunEvent): void {
    switch (event.type) {
      case 'run_started':
        state.started = event;
        break;
      case 'phase_ended':
        phaseMs[event.phase] = event.elapsed_ms;
        break;
      case 'check':
        checks.push(event.check);
        break;
      case 'blocked':
        state.blocked = checks.find(({ id }) => id === event.check_id) ?? null;
        break;
      case 'agent_started':
        state.agent = event;
        break;
      case 'step':
        steps.push(event.step);
        break;
      case 'model_call':
        calls.push({ ...event.call, text: event.text ?? '' });
        break;
      case 'answer_read':
        state.answerRead = true;
        break;
      case 'agent_stopped':
        state.stopped = event;
        break;
      case 'span':
        spans.push(event.span);
        break;
      case 'diff':
        state.diff = event;
        break;
      case 'changes':
        state.changes = event;
        break;
      case 'tests':
        state.tests = event;
        break;
      case 'interrupted':
        state.interrupted = true;
        break;
      case 'fault':
        state.fault = event;
        break;
      case 'scored':
        state.scored = event;
        break;
      case 'run_ended':
        state.ended = event;
        break;
      default:
      // Other events are only for live reporters.
    }
  }
  return { state, add };
}

/** The state after these events. */
export function foldEvents(events: Iterable<RunEvent>): RunState {
  const fold = startFold();
  for (const event of events) fold.add(event);
  return fold.state;
}

/**
 * The wall-clock time of the cell: from the start of `prepare` to the end of `cleanup`. Null when the run ended earlier.
 * `startMs` is on the run's clock.
 */
export function wallClockOf({
  spans,
}: Pick<RunState, 'spans'>): { startMs: number; wallClockMs: number } | null {
  const setUp = spans.find(({ kind }) => kind === 'task_setup');
  const cleanup = spans.find(({ kind }) => kind === 'cleanup');
  if (!setUp || !cleanup) return null;
  const endMs = cleanup.start_ms + cleanup.duration_ms;
  return { startMs: setUp.start_ms, wallClockMs: Math.round((endMs - setUp.start_ms) * 1000) / 1000 };
}
