import { parseJson } from '../json.js';
import { readErrorBody } from './api-error.js';

/** A good answer, by its status, that is none of the API. */
export interface NonApiAnswer {
  /** As in "that is a web page, not an API". */
  kind: string;
  /** Its first words; empty when it has none. */
  words: string;
}

const WORDS = 120;
const HTML = /^<!--|<(!doctype html|html|head|body|title|meta|script|center|div|pre|p|h\d)\b/i;

/** Says what an answer is, from its text or its beginning, when it does not have the shape of the API. */
export function nonApiAnswer(text: string): NonApiAnswer {
  const start = text.replace(/^[\uFEFF\s]+/, '');
  return { kind: kindOf(start), words: firstWords(start) };
}

/** What markup is, from its first characters; null when it is none. */
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
  // Only the beginning may be here, or several documents in a row.
  if (parseJson(start) !== undefined || /^[{[]\s*["{[\]}]/.test(start)) return 'JSON of another kind';
  return 'plain text';
}

function firstWords(start: string): string {
  const { message } = readErrorBody(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(start)?.[1] ?? start);
  return message.length > WORDS ? `${message.slice(0, WORDS - 1)}…` : message;
}
