import type { CallCause } from '../model/model-call.js';
import type { CallState } from '../model/run-state.js';

/** The agent's calls, grouped for the verdict. */
export interface RunCalls {
  /** In the order in which they ended. */
  all: readonly CallState[];
  /** Requests that offer tools. All requests where none does. Titles and summaries offer none. */
  main: readonly CallState[];
  /** Completed answers, empty and malformed ones included. */
  good: readonly CallState[];
  /** The last good main call; null when no main call was good. */
  lastGood: CallState | null;
  /** Main calls that no good main call followed. */
  unanswered: readonly CallState[];
  /** Calls that the endpoint or the model failed, and that no good main call followed: they ended the run. */
  failures: readonly CallState[];
}

/** The agent or this program ended the call: this says nothing against the endpoint. */
const HUNG_UP: ReadonlySet<string | null> = new Set<CallCause>(['client_abort', 'cut_off']);
/** These causes can break the answer to an accepted request. */
const BREAKS: ReadonlySet<string> = new Set<CallCause>(['connection', 'timeout', 'malformed_stream']);

export function isGood({ cause }: Pick<CallState, 'cause'>): boolean {
  return cause === null || cause === 'empty_reply';
}

export function isHungUp({ cause }: Pick<CallState, 'cause'>): boolean {
  return HUNG_UP.has(cause);
}

/** Whether the endpoint refused the request: with a status, with an error inside a 200, or because it was unreachable. */
export function wasRefused(call: Pick<CallState, 'cause' | 'status'>): boolean {
  const { cause, status } = call;
  if (cause === null || isGood(call) || isHungUp(call) || cause === 'malformed_call') return false;
  return status === null || status >= 300 || !BREAKS.has(cause);
}

/** Selects and groups the agent's calls among all calls of a run. */
export function readRunCalls(calls: readonly CallState[]): RunCalls {
  const all = calls.filter(({ probe }) => !probe);
  const withTools = all.filter(({ offered_tools }) => (offered_tools ?? 0) > 0);
  const main = withTools.length > 0 ? withTools : all;
  const lastGood = main.findLast(isGood) ?? null;
  const unanswered = main.slice(lastGood === null ? 0 : main.indexOf(lastGood) + 1);
  // A title or summary request can end the run only when the conversation waited for it.
  const isWaiting = unanswered.length === 0 && lastGood !== null && lastGood.tool_calls.length > 0;
  const afterLastGood = isWaiting ? all.slice(all.indexOf(lastGood) + 1) : unanswered;
  return {
    all,
    main,
    good: all.filter(isGood),
    lastGood,
    unanswered,
    failures: afterLastGood.filter((call) => !isGood(call) && !isHungUp(call)),
  };
}

/** The longest time to the first token of a main call, in milliseconds; 0 when no call had a token. */
export function longestWaitMs(main: readonly CallState[]): number {
  return Math.max(0, ...main.map(({ time_to_first_token_ms }) => time_to_first_token_ms ?? 0));
}

/** Milliseconds that the agent waited after refusals: from the end of each refused main call to the next main call. */
export function waitedAfterRefusalsMs(main: readonly CallState[]): number {
  const byStart = [...main].sort((a, b) => a.start_ms - b.start_ms);
  return byStart.filter(wasRefused).reduce((total, refused) => {
    const endMs = refused.start_ms + refused.latency_ms;
    const next = byStart.find(({ start_ms, n }) => start_ms >= endMs && n !== refused.n);
    return next === undefined ? total : total + next.start_ms - endMs;
  }, 0);
}
