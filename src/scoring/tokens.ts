import type { CallState } from '../model/run-state.js';
import type { Scores } from '../model/score-blocks.js';
import { type Axis, agentCalls } from './axis.js';

export interface TokenSubtotal {
  prompt_tokens: number;
  completion_tokens: number;
  calls_with_usage: number;
}

interface TokensAxis extends Axis<Scores['tokens']> {
  /** Sum over the calls that reported usage, when others did not; null otherwise. */
  knownSubtotal: TokenSubtotal | null;
}

type MeteredCall = CallState & { prompt_tokens: number; completion_tokens: number };
const hasUsage = (call: CallState): call is MeteredCall =>
  call.prompt_tokens !== null && call.completion_tokens !== null;
/** An HTTP error produced no completion, so it owes no usage. */
const wasRefused = (call: CallState) => call.status !== null && call.status >= 400;

/**
 * Tokens of the agent's calls. The totals are null as soon as one call that may have produced a completion lacks its
 * usage: a sum with a hole in it is not a total. `tokens_per_correct_task` = total / pass, so null unless pass is 1.
 */
export function scoreTokens(calls: readonly CallState[], pass: 0 | 1 | null): TokensAxis {
  const own = agentCalls(calls);
  const metered = own.filter(hasUsage);
  const lacking = own.filter((call) => !hasUsage(call) && !wasRefused(call));
  const promptTokens = metered.reduce((sum, call) => sum + call.prompt_tokens, 0);
  const completionTokens = metered.reduce((sum, call) => sum + call.completion_tokens, 0);
  const unmeasured = whyUnknown(own.length, metered.length, lacking);
  const total = unmeasured === null ? promptTokens + completionTokens : null;
  return {
    block: {
      prompt_tokens: total === null ? null : promptTokens,
      completion_tokens: total === null ? null : completionTokens,
      total_tokens: total,
      model_calls: own.length,
      tokens_per_correct_task: pass === 1 ? total : null,
      pass_used_for_division: pass,
    },
    unmeasured,
    knownSubtotal:
      lacking.length > 0 && metered.length > 0
        ? {
            prompt_tokens: promptTokens,
            completion_tokens: completionTokens,
            calls_with_usage: metered.length,
          }
        : null,
  };
}

function whyUnknown(made: number, metered: number, lacking: readonly CallState[]): string | null {
  if (made === 0) return 'The agent made no model call.';
  if (lacking.length > 0) {
    const reasons = [
      ...new Set(lacking.map((call) => call.usage_missing ?? call.error).filter((r) => r !== null)),
    ];
    const because = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
    return `${lacking.length} of ${made} model calls reported no usage${because}.`.replace(/\.\.$/, '.');
  }
  return metered === 0 ? `None of ${made} model calls was answered.` : null;
}
