import { asCount, asObject } from '../json.js';

/** Token counts as a server reported them; null where it did not. */
export interface Usage {
  promptTokens: number | null;
  completionTokens: number | null;
  cachedTokens: number | null;
  reasoningTokens: number | null;
}

/**
 * Reads a `usage` object of the chat API (`prompt_tokens` …) or the Responses API (`input_tokens` …).
 * Null when there is none. No request has zero prompt tokens: servers that cannot count send zeros, which are read as
 * not reported.
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
    // DeepSeek names its cache hits in a field of its own.
    cachedTokens: asCount(promptDetails?.cached_tokens) ?? asCount(usage.prompt_cache_hit_tokens),
    reasoningTokens: asCount(completionDetails?.reasoning_tokens),
  };
}
