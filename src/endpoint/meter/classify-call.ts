import type { AnswerFlaw, CallCause } from '../../model/model-call.js';
import { asObject, parseJson } from '../json.js';
import type { ApiError } from '../probe/api-error.js';
import { MAX_TEXT_CHARS, type ParsedAnswer, type ParsedToolCall } from './parsed-answer.js';

const QUOTA =
  /insufficient.{0,20}(quota|balance|funds|credit)|billing|out of credit|(more|not enough) credits|credit balance/i;
const RATE = /rate.?limit|too many requests|tokens per minute|requests per minute/i;
const CONTEXT =
  /context.{0,12}(length|window|size|limit)|(maximum|max).{0,40}(context|prompt).{0,40}token|too many tokens|(prompt|input|request).{0,30}too (long|many tokens)|exceed.{0,40}(context|token limit)|reduce the length/i;
const BODY = /\b(entity|payload|body)\b.{0,20}too large|exceed.{0,30}\b(body|payload)\b/i;
/** The model's tool call could not be parsed: Groq and Fireworks answer 400, Ollama and llama.cpp 500. */
const MALFORMED_CALL =
  /tool_use_failed|failed_generation|failed to call a function|tool call validation failed|(error|fail\w*).{0,10}pars\w+.{0,10}(tool|function).?calls?|failed to parse input at pos/i;
const NO_SUCH_MODEL =
  /\bmodels?\b.{0,120}(not found|does ?n[o']t exist|do not exist|not exist|not available|not supported|is unknown|not loaded|not a valid)|not a valid model|no such model|unknown model|invalid model|no (allowed )?model.{0,20}(found|named|loaded)/i;
const KEY =
  /(api.?key|token|credential)s?.{0,40}(invalid|incorrect|not valid|expired|missing|required)|(invalid|incorrect|missing|no).{0,20}(api.?key|authentication|credential)|unauthori[sz]ed/i;

/** Messages of gateways that answer 500 to a missing or wrong key. Narrower than {@link KEY}: a 500 may quote any text. */
const KEY_FAULT =
  /\bno connected db\b|\bauthentication (error|failed|required)|\bunauthori[sz]ed\b|\b(missing|no|invalid|incorrect)\b[^.]{0,20}\bapi.?key\b|\bapi.?key\b[^.]{0,30}\b(missing|required|invalid|incorrect|not (set|provided|given|valid))\b/i;

/** The cause of a failed call, from the status and the error body. The most reliable signs are checked first. */
export function classifyAnswer(
  status: number,
  error: Pick<ApiError, 'code' | 'type' | 'message'>,
): CallCause {
  const { code, type, message } = error;
  const names = `${code} ${type}`;
  if (/insufficient_quota|billing/.test(names) || status === 402) return 'quota';
  // LiteLLM looks up every key except its master key in a database: https://docs.litellm.ai/docs/proxy/virtual_keys
  if (type === 'no_db_connection' || /\bno connected db\b/i.test(message)) return 'auth';
  if (status === 429) return QUOTA.test(message) ? 'quota' : 'rate_limited';
  if (/rate_limit/.test(names)) return 'rate_limited';
  if (status === 401) return 'auth';
  if (status === 403) return QUOTA.test(message) ? 'quota' : 'auth';
  if (status === 408 || status === 504 || status === 524) return 'timeout';
  if ((status === 400 || status === 422 || status === 500) && MALFORMED_CALL.test(`${names} ${message}`))
    return 'malformed_call';
  if (/context_length|context_window|string_above_max|exceed_context/.test(names)) return 'context_overflow';
  // llama.cpp and some gateways answer 500 to a prompt that is too long.
  if ((status < 500 || status === 500) && CONTEXT.test(message)) return 'context_overflow';
  if (status === 413 || (status < 500 && BODY.test(message))) return 'request_too_large';
  if (status >= 500)
    return /auth_error|authentication_error|invalid_api_key/.test(names) || KEY_FAULT.test(message)
      ? 'auth'
      : 'server_error';
  if (/model_not_found|model_not_supported/.test(names) || NO_SUCH_MODEL.test(message))
    return 'model_unknown';
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) return 'not_found';
  if (/invalid_api_key|authentication/.test(names) || KEY.test(message)) return 'auth';
  if (RATE.test(message)) return 'rate_limited';
  return 'bad_request';
}

/** The cause of an error that came inside a 200 answer. Without a status it is taken for a fault of the server. */
export function classifyInBand(error: ApiError): CallCause {
  const status = error.status !== null && error.status >= 400 && error.status < 600 ? error.status : null;
  if (status !== null) return classifyAnswer(status, error);
  const cause = classifyAnswer(400, error);
  return cause === 'bad_request' ? 'server_error' : cause;
}

/** The cause of a socket, TLS, HTTP parser or decompression error. `code` is an error code of Node or undici. */
export function classifyFault(code: string): CallCause {
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'timeout';
  if (code.startsWith('HPE_') || code.startsWith('Z_') || code.startsWith('ERR_BROTLI'))
    return 'malformed_stream';
  if (code.startsWith('UND_ERR_RES') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'malformed_stream';
  return 'connection';
}

/** Finish reasons of an answer that reached its token limit. Its last tool call may be incomplete for that reason. */
const CUT_AT_LIMIT = /^(length|max_tokens|max_output_tokens|incomplete)$/;

/** The flaw of a complete answer for which the model is responsible; null for none. */
export function answerFlaw(answer: ParsedAnswer): AnswerFlaw | null {
  const { finish, text, toolCalls } = answer;
  // Gemini reports this in place of the call.
  if (/malformed_function_call/i.test(finish ?? '')) return 'malformed_call';
  if (toolCalls.length === 0) return text.trim() === '' ? 'empty' : null;
  if (CUT_AT_LIMIT.test(finish ?? '')) return null;
  return toolCalls.some(isMalformed) ? 'malformed_call' : null;
}

function isMalformed({ arguments: json, freeForm }: ParsedToolCall): boolean {
  // A call of a tool without parameters often has no arguments. A truncated text cannot be parsed.
  if (freeForm || json.trim() === '' || json.length >= MAX_TEXT_CHARS) return false;
  return asObject(parseJson(json)) === null;
}
