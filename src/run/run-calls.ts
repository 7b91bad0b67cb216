import type { CallCause, ModelCall } from '../model/model-call.js';

/** The agent's calls as the verdict reads them. */
export interface RunCalls {
  /** In order of end. */
  all: readonly ModelCall[];
  /** Requests that offer tools; all requests where none does. Titles and summaries are made without tools. */
  main: readonly ModelCall[];
  /** Completed answers, empty and malformed ones included. */
  good: readonly ModelCall[];
  /** The last good main call; null when no main call was good. */
  lastGood: ModelCall | null;
  /** Main calls that no good main call followed. */
  unanswered: readonly ModelCall[];
  /** What failed by itself and ended the run: no good main call followed it. */
  failures: readonly ModelCall[];
}

/** Failures that say nothing against the endpoint: who hung up was the agent, or this program. */
const HUNG_UP: ReadonlySet<CallCause | null> = new Set<CallCause>(['client_abort', 'cut_off']);
/** What breaks an answer that had been accepted. */
const BREAKS: ReadonlySet<CallCause> = new Set<CallCause>(['connection', 'timeout', 'malformed_stream']);

export function isGood({ cause }: ModelCall): boolean {
  return cause === null || cause === 'empty_reply';
}

export function isHungUp({ cause }: ModelCall): boolean {
  return HUNG_UP.has(cause);
}

/** The endpoint turned the request away: with a status, with an error inside a 200, or by not being there at all. */
export function wasRefused(call: ModelCall): boolean {
  const { cause, status } = call;
  if (cause === null || isGood(call) || isHungUp(call) || cause === 'malformed_call') return false;
  return status === null || status >= 300 || !BREAKS.has(cause);
}

export function readRunCalls(all: readonly ModelCall[]): RunCalls {
  const offering = all.filter(({ offeredTools }) => offeredTools > 0);
  const main = offering.length > 0 ? offering : all;
  const lastGood = main.findLast(isGood) ?? null;
  const unanswered = main.slice(lastGood === null ? 0 : main.indexOf(lastGood) + 1);
  // A request beside the conversation decides only where the conversation waited for it.
  const waited = unanswered.length === 0 && lastGood !== null && lastGood.toolCalls.length > 0;
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
export function longestWaitMs(main: readonly ModelCall[]): number {
  return Math.max(0, ...main.map(({ timeToFirstTokenMs }) => timeToFirstTokenMs ?? 0));
}

/** From the end of each refused main call to the next main call: what the agent waited before it tried again. */
export function waitedAfterRefusalsMs(main: readonly ModelCall[]): number {
  const byStart = [...main].sort((a, b) => a.startedAtMs - b.startedAtMs);
  return byStart.filter(wasRefused).reduce((total, refused) => {
    const endMs = refused.startedAtMs + refused.latencyMs;
    const next = byStart.find(({ startedAtMs, index }) => startedAtMs >= endMs && index !== refused.index);
    return next === undefined ? total : total + next.startedAtMs - endMs;
  }, 0);
}
