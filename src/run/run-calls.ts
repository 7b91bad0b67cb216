import type { CallCause } from '../model/model-call.js';
import type { CallState } from '../model/run-state.js';

/** The agent's calls as the verdict reads them. */
export interface RunCalls {
  /** In order of end. */
  all: readonly CallState[];
  /** Requests that offer tools; all requests where none does. Titles and summaries are made without tools. */
  main: readonly CallState[];
  /** Completed answers, empty and malformed ones included. */
  good: readonly CallState[];
  /** The last good main call; null when no main call was good. */
  lastGood: CallState | null;
  /** Main calls that no good main call followed. */
  unanswered: readonly CallState[];
  /** What failed by itself and ended the run: no good main call followed it. */
  failures: readonly CallState[];
}

/** Failures that say nothing against the endpoint: who hung up was the agent, or this program. */
const HUNG_UP: ReadonlySet<string | null> = new Set<CallCause>(['client_abort', 'cut_off']);
/** What breaks an answer that had been accepted. */
const BREAKS: ReadonlySet<string> = new Set<CallCause>(['connection', 'timeout', 'malformed_stream']);

export function isGood({ cause }: Pick<CallState, 'cause'>): boolean {
  return cause === null || cause === 'empty_reply';
}

export function isHungUp({ cause }: Pick<CallState, 'cause'>): boolean {
  return HUNG_UP.has(cause);
}

/** The endpoint turned the request away: with a status, with an error inside a 200, or by not being there at all. */
export function wasRefused(call: Pick<CallState, 'cause' | 'status'>): boolean {
  const { cause, status } = call;
  if (cause === null || isGood(call) || isHungUp(call) || cause === 'malformed_call') return false;
  return status === null || status >= 300 || !BREAKS.has(cause);
}

/** The agent's calls among all of a run. */
export function readRunCalls(calls: readonly CallState[]): RunCalls {
  const all = calls.filter(({ probe }) => !probe);
  const offering = all.filter(({ offered_tools }) => (offered_tools ?? 0) > 0);
  const main = offering.length > 0 ? offering : all;
  const lastGood = main.findLast(isGood) ?? null;
  const unanswered = main.slice(lastGood === null ? 0 : main.indexOf(lastGood) + 1);
  // A request beside the conversation decides only where the conversation waited for it.
  const waited = unanswered.length === 0 && lastGood !== null && lastGood.tool_calls.length > 0;
  const tail = waited ? all.slice(all.indexOf(lastGood) + 1) : unanswered;
  return {
    all,
    main,
    good: all.filter(isGood),
    lastGood,
    unanswered,
    failures: tail.filter((call) => !isGood(call) && !isHungUp(call)),
  };
}

/** The longest time that passed before a main call's first token; 0 when none had one. */
export function longestWaitMs(main: readonly CallState[]): number {
  return Math.max(0, ...main.map(({ time_to_first_token_ms }) => time_to_first_token_ms ?? 0));
}

/** From the end of each refused main call to the next main call: what the agent waited before it tried again. */
export function waitedAfterRefusalsMs(main: readonly CallState[]): number {
  const byStart = [...main].sort((a, b) => a.start_ms - b.start_ms);
  return byStart.filter(wasRefused).reduce((total, refused) => {
    const endMs = refused.start_ms + refused.latency_ms;
    const next = byStart.find(({ start_ms, n }) => start_ms >= endMs && n !== refused.n);
    return next === undefined ? total : total + next.start_ms - endMs;
  }, 0);
}
