import { parseJson } from '../json.js';
import { readErrorBody } from './api-error.js';

/** A 2xx answer that does not come from an API. */
export interface NonApiAnswer {
  /** As in "that is a web page, not an API". */
  kind: string;
  /** The beginning of its text; empty for none. */
  excerpt: string;
}

const MAX_EXCERPT_CHARS = 120;
const HTML = /^<!--|<(!doctype html|html|head|body|title|meta|script|center|div|pre|p|h\d)\b/i;

/** Describes an answer without the format of the API. `text` may be only the beginning of the answer. */
export function nonApiAnswer(text: string): NonApiAnswer {
  const start = text.replace(/^[\uFEFF\s]+/, '');
  return { kind: kindOf(start), excerpt: excerptOf(start) };
}

/** The kind of markup, from its beginning; null for other text. */
export function markupKind(start: string): string | null {
  if (!start.startsWith('<')) return null;
  const isPage = start.startsWith('<?xml') ? /<html\b/i.test(start) : HTML.test(start);
  return isPage ? 'a web page' : 'an XML document';
}

function kindOf(start: string): string {
  if (start === '') return 'an empty answer';
  const markup = markupKind(start);
  if (markup !== null) return markup;
  if (/^(data|event|id|retry)?:/.test(start)) return 'a stream of other events';
  // The text may be cut off, or have several documents in a row.
  if (parseJson(start) !== undefined || /^[{[]\s*["{[\]}]/.test(start)) return 'JSON of another kind';
  return 'plain text';
}

function excerptOf(start: string): string {
  const { message } = readErrorBody(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(start)?.[1] ?? start);
  return message.length > MAX_EXCERPT_CHARS ? `${message.slice(0, MAX_EXCERPT_CHARS - 1)}…` : message;
}
