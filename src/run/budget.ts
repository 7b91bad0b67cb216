import type { ModelCallRecord } from '../model/record.js';
import { wasRefused } from './run-calls.js';

/** What the agent may spend; null: no limit. */
export interface BudgetPlan {
  maxCalls: number | null;
  /** Prompt and completion together, as the wire reports them. */
  maxTokens: number | null;
}

/** Watches the wire, and says when a limit is spent. The agent still gets to act on the last answer it paid for. */
export interface Budget {
  /** A call ended. */
  count(call: ModelCallRecord): void;
  /** Asked before each call: why it is not made, or null. Saying no aborts `spent`. */
  refuse(): string | null;
  spent: AbortSignal;
  /** Which limit was spent; null while none is. */
  spentOn(): 'calls' | 'tokens' | null;
}

/** A budget of one run. Calls that the endpoint refused cost nothing; calls whose usage the server does not report count as calls and not as tokens. */
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
