import { asCount, asObject } from '../json.js';

/** Token counts reported by a server; null: not reported. */
export interface Usage {
  promptTokens: number | null;
  completionTokens: number | null;
  cachedTokens: number | null;
  reasoningTokens: number | null;
}

/**
 * Reads a `usage` object of the chat API (`prompt_tokens` …) or the Responses API (`input_tokens` …). Null for none.
 * Zero prompt tokens are read as not reported: no prompt is empty, and servers that do not count send zeros.
 */
export function readUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const prompt = asCount(usage.prompt_tokens) ?? asCount(usage.input_tokens);
  const completion = asCount(usage.completion_tokens) ?? asCount(usage.output_tokens);
  if (!prompt && !completion) return null;
  const promptDetails = asObject(usage.prompt_tokens_details) ?? asObject(usage.input_tokens_details);
  const completionDetails =
    asObject(usage.completion_tokens_details) ?? asObject(usage.output_tokens_details);
  return {
    promptTokens: prompt || null,
    completionTokens: completion,
    // DeepSeek has its own field for cache hits.
    cachedTokens: asCount(promptDetails?.cached_tokens) ?? asCount(usage.prompt_cache_hit_tokens),
    reasoningTokens: asCount(completionDetails?.reasoning_tokens),
  };
}
