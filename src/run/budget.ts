import type { ModelCallRecord } from '../model/record.js';
import { wasRefused } from './run-calls.js';

/** What the agent may spend. Null: not limited. */
export interface BudgetPlan {
  maxCalls: number | null;
  /** Prompt and completion together, as the server reports them. */
  maxTokens: number | null;
}

/** Counts calls and tokens. Refuses the first call after the budget is spent, so that the agent can still act on its last answer. */
export interface Budget {
  /** Counts a call that has ended. */
  count(call: ModelCallRecord): void;
  /** Returns why the next call is refused, or null. A refusal aborts `spent`. */
  refuse(): string | null;
  spent: AbortSignal;
  /** Which part is spent; null while none is. */
  spentOn(): 'calls' | 'tokens' | null;
}

/**
 * Opens the budget of one run. Calls that the endpoint refused are not counted. A call without reported usage counts as a
 * call, but adds no tokens.
 */
export function openBudget({ maxCalls, maxTokens }: BudgetPlan): Budget {
  const spent = new AbortController();
  let calls = 0;
  let tokens = 0;
  const spentOn = () => {
    if (maxCalls !== null && calls >= maxCalls) return 'calls';
    return maxTokens !== null && tokens >= maxTokens ? 'tokens' : null;
  };
  return {
    spent: spent.signal,
    spentOn,
    count(call) {
      if (!wasRefused(call)) calls += 1;
      tokens += (call.prompt_tokens ?? 0) + (call.completion_tokens ?? 0);
    },
    refuse() {
      const kind = spentOn();
      if (kind === null) return null;
      spent.abort();
      return `The budget of ${kind === 'calls' ? maxCalls : maxTokens} ${kind} is spent.`;
    },
  };
}
