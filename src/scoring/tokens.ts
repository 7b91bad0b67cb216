import type { CallState } from '../model/run-state.js';
import type { Scores } from '../model/score-blocks.js';
import { type Axis, agentCalls } from './axis.js';

export interface TokenSubtotal {
  prompt_tokens: number;
  completion_tokens: number;
  calls_with_usage: number;
}

interface TokensAxis extends Axis<Scores['tokens']> {
  /** Sum over the calls that reported usage, when other calls did not; else null. */
  knownSubtotal: TokenSubtotal | null;
}

type MeteredCall = CallState & { prompt_tokens: number; completion_tokens: number };
const hasUsage = (call: CallState): call is MeteredCall =>
  call.prompt_tokens !== null && call.completion_tokens !== null;
/** A call with an HTTP error produced no completion: it needs no usage. */
const wasRefused = (call: CallState) => call.status !== null && call.status >= 400;

/**
 * Tokens of the agent's calls. The totals are null when a call that may have produced a completion has no usage: a partial
 * sum is not a total. `tokens_per_correct_task` = total / pass: null unless pass is 1.
 */
export function scoreTokens(calls: readonly CallState[], pass: 0 | 1 | null): TokensAxis {
  const ownCalls = agentCalls(calls);
  const metered = ownCalls.filter(hasUsage);
  const withoutUsage = ownCalls.filter((call) => !hasUsage(call) && !wasRefused(call));
  const promptTokens = metered.reduce((sum, call) => sum + call.prompt_tokens, 0);
  const completionTokens = metered.reduce((sum, call) => sum + call.completion_tokens, 0);
  const unmeasured = whyUnknown(ownCalls.length, metered.length, withoutUsage);
  const total = unmeasured === null ? promptTokens + completionTokens : null;
  return {
    block: {
      prompt_tokens: total === null ? null : promptTokens,
      completion_tokens: total === null ? null : completionTokens,
      total_tokens: total,
      model_calls: ownCalls.length,
      tokens_per_correct_task: pass === 1 ? total : null,
      pass_used_for_division: pass,
    },
    unmeasured,
    knownSubtotal:
      withoutUsage.length > 0 && metered.length > 0
        ? {
            prompt_tokens: promptTokens,
            completion_tokens: completionTokens,
            calls_with_usage: metered.length,
          }
        : null,
  };
}

function whyUnknown(callCount: number, metered: number, withoutUsage: readonly CallState[]): string | null {
  if (callCount === 0) return 'The agent made no model call.';
  if (withoutUsage.length > 0) {
    const reasons = [
      ...new Set(withoutUsage.map((call) => call.usage_missing ?? call.error).filter((r) => r !== null)),
    ];
    const because = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
    return `${withoutUsage.length} of ${callCount} model calls reported no usage${because}.`.replace(
      /\.\.$/,
      '.',
    );
  }
  return metered === 0 ? `None of ${callCount} model calls was answered.` : null;
}
