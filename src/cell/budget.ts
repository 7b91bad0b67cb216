import type { ModelCall } from '../endpoint/model-call.js';

/** What the agent may spend; null: no limit. */
export interface BudgetLimits {
  maxCalls: number | null;
  /** Prompt and completion together, as the wire reports them. */
  maxTokens: number | null;
}

/** Watches the wire, and says when a limit is spent. The agent still gets to act on the last answer it paid for. */
export interface Budget {
  /** A call ended. */
  count(call: ModelCall): void;
  /** Asked before each call: why it is not made, or null. Saying no aborts `spent`. */
  refuse(): string | null;
  spent: AbortSignal;
}

/** A budget of one run. Calls whose usage the server does not report count as calls and not as tokens. */
export function openBudget({ maxCalls, maxTokens }: BudgetLimits): Budget {
  const spent = new AbortController();
  let calls = 0;
  let tokens = 0;
  return {
    spent: spent.signal,
    count(call) {
      calls += 1;
      tokens += (call.promptTokens ?? 0) + (call.completionTokens ?? 0);
    },
    refuse() {
      const limit =
        maxCalls !== null && calls >= maxCalls
          ? `${maxCalls} calls`
          : maxTokens !== null && tokens >= maxTokens
            ? `${maxTokens} tokens`
            : null;
      if (limit === null) return null;
      spent.abort();
      return `The budget of ${limit} is spent.`;
    },
  };
}
