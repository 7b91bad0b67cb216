import { asArray, asCount, asObject, asText, parseJson } from '../json.js';

/** What a server said was wrong, in whichever shape it said it. */
export interface ApiError {
  message: string;
  /** `code` and `type` as sent, empty when not. */
  code: string;
  type: string;
  /** A status named inside the body, as gateways do when the stream has already begun with 200. */
  status: number | null;
}

const SENTENCE_CHARS = 300;

/** One line of at most 300 characters. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > SENTENCE_CHARS ? `${line.slice(0, SENTENCE_CHARS - 1)}…` : line;
}

/** Finds the error in a JSON answer: OpenAI's shape, a bare string, FastAPI's `detail`, vLLM's `object: error`. Null when there is none. */
export function readApiError(body: unknown): ApiError | null {
  const object = asObject(body);
  if (object === null) return null;
  const nested = asObject(object.error);
  if (nested !== null) return fromObject(nested);
  const plain = asText(object.error);
  if (plain !== null) return { message: oneLine(plain), code: '', type: '', status: null };
  if (object.object === 'error' || object.type === 'error') return fromObject(object);
  const detail = asText(object.detail) ?? asText(asObject(asArray(object.detail)[0])?.msg);
  if (detail !== null) return { message: oneLine(detail), code: '', type: '', status: null };
  return null;
}

/**
 * Whether this is an error as the API says it, with more to it than words. Any web server may say `{"error": "not found"}`
 * to any question: that is no sign of an API.
 */
export function isApiError(body: unknown): boolean {
  if (asObject(asObject(body)?.error) !== null) return true;
  const error = readApiError(body);
  return error !== null && (error.code !== '' || error.type !== '' || error.status !== null);
}

function fromObject(error: Readonly<Record<string, unknown>>): ApiError {
  const code = asText(error.code) ?? '';
  return {
    message: oneLine(asText(error.message) ?? (code || 'an error without a message')),
    code,
    type: asText(error.type) ?? '',
    status: asCount(error.code) ?? asCount(error.status),
  };
}

/** The error in a whole answer of any kind; a page or plain text gives its first words. */
export function readErrorBody(text: string): ApiError {
  const body = parseJson(text);
  const known = readApiError(body) ?? readApiError(asArray(body)[0]);
  if (known !== null) return known;
  const message =
    asText(asObject(body)?.message) ?? text.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ');
  return { message: oneLine(message), code: '', type: '', status: null };
}

/** An error body in OpenAI's shape, which every agent's client library understands. */
export function errorBody(message: string, type: string, code: string | null = null): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}
