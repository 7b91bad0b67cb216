import type { AnswerFlaw } from '../../model/model-call.js';
import { asObject, parseJson } from '../json.js';
import { type Reading, TEXT_CHARS, type ToolCallReading } from './reading.js';

/** An answer that was cut at its token limit: what is broken in it was broken by the limit. */
const CUT_AT_LIMIT = /^(length|max_tokens|max_output_tokens|incomplete)$/;

/** What is wrong with a whole answer by the model's own doing; null when nothing is. */
export function answerFlaw(reading: Reading): AnswerFlaw | null {
  const { finish, text, toolCalls } = reading;
  // Gemini says so in place of the call.
  if (/malformed_function_call/i.test(finish ?? '')) return 'malformed_call';
  if (toolCalls.length === 0) return text.trim() === '' ? 'empty' : null;
  if (CUT_AT_LIMIT.test(finish ?? '')) return null;
  return toolCalls.some(isMalformed) ? 'malformed_call' : null;
}

function isMalformed({ arguments: json, freeForm }: ToolCallReading): boolean {
  // A tool without parameters is often called with no arguments at all; past the cap the end is missing.
  if (freeForm || json.trim() === '' || json.length >= TEXT_CHARS) return false;
  return asObject(parseJson(json)) === null;
}
