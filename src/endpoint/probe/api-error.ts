import { asArray, asCount, asObject, asText, parseJson } from '../json.js';

/** An error reported by a server, in any of the known formats. */
export interface ApiError {
  message: string;
  /** `code` and `type` as sent; empty for none. */
  code: string;
  type: string;
  /** An HTTP status inside the body. Gateways send it when the stream has already started with 200. */
  status: number | null;
}

const MAX_LINE_CHARS = 300;

/** The text as one line of at most 300 characters. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS - 1)}…` : line;
}

/** The error in a JSON answer: OpenAI's format, a plain string, FastAPI's `detail`, or vLLM's `object: error`. Null for none. */
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

/** Whether the error has more than a message. `{"error": "not found"}` is no sign of an API: any web server may send it. */
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

/** The error in the body of an answer. For a web page or plain text, the message is the beginning of the text. */
export function readErrorBody(text: string): ApiError {
  const body = parseJson(text);
  const known = readApiError(body) ?? readApiError(asArray(body)[0]);
  if (known !== null) return known;
  const message =
    asText(asObject(body)?.message) ?? text.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ');
  return { message: oneLine(message), code: '', type: '', status: null };
}

/** An error body in OpenAI's format, which the client library of every agent can read. */
export function errorBody(message: string, type: string, code: string | null = null): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}
