import { asArray, asObject } from '../json.js';

/** Fields of a chat delta that bring a model's words, token by token. */
export type TextField = 'content' | 'reasoning_content';

/** Events in a row that equal the last one which was read in full, but for the words of their delta. */
export interface TextDeltaMatcher {
  /** True when the event is such a one: its words are kept for the next `flush`. */
  tryTake(event: string): boolean;
  /** Hands on the words that were taken, joined. */
  flush(): void;
  /** From now on events are compared with this one, which was read in full. */
  setTemplate(event: string, value: unknown): void;
}

const FIELDS: readonly TextField[] = ['content', 'reasoning_content'];
/** What is cut out of a string keeps all of that alive for a while: only small events are followed. */
const MAX_TEMPLATE_CHARS = 4096;
/** Where so many events in a row found none to follow them, no more are tried. */
const MAX_UNUSED_TEMPLATES = 8;
/** What may not stand unescaped in a JSON string, and what begins an escape. */
const NEEDS_PARSING = /["\\\u0000-\u001f]/;

/** The bulk of a chat stream is such runs; to find them costs a tenth of reading each event as JSON. */
export function textDeltaMatcher(say: (field: TextField, words: string) => void): TextDeltaMatcher {
  let before = '';
  let after = '';
  let field: TextField = 'content';
  let taken: string[] = [];
  let unused = 0;
  return {
    tryTake(event) {
      const end = event.length - after.length;
      if (before === '' || end < before.length) return false;
      if (event.slice(0, before.length) !== before || event.slice(end) !== after) return false;
      const words = event.slice(before.length, end);
      if (NEEDS_PARSING.test(words)) return false;
      unused = 0;
      taken.push(words);
      return true;
    },
    flush() {
      if (taken.length === 0) return;
      say(field, taken.join(''));
      taken = [];
    },
    setTemplate(event, value) {
      before = '';
      const found = unused < MAX_UNUSED_TEMPLATES ? findText(event, value) : null;
      if (found === null) return;
      unused++;
      before = event.slice(0, found.start);
      after = event.slice(found.end);
      field = found.field;
    },
  };
}

/** Where in the text of an event its words stand; null when it brings more than words, or there is any doubt. */
function findText(text: string, value: unknown): { field: TextField; start: number; end: number } | null {
  if (text.length > MAX_TEMPLATE_CHARS) return null;
  const delta = asObject(asObject(asArray(asObject(value)?.choices)[0])?.delta);
  const field = FIELDS.find((name) => typeof delta?.[name] === 'string' && delta[name] !== '');
  if (delta === null || field === undefined) return null;
  const saysNothing = ([name, other]: [string, unknown]) =>
    name === field || name === 'role' || other === null || other === '';
  if (!Object.entries(delta).every(saysNothing)) return null;
  const key = `"${field}":`;
  const at = text.indexOf(key);
  if (at === -1 || text.indexOf(key, at + 1) !== -1) return null;
  const written = JSON.stringify(delta[field]);
  const opening = text[at + key.length] === ' ' ? at + key.length + 1 : at + key.length;
  // A backslash before it could spell the same key another way.
  if (!text.startsWith(written, opening) || text.lastIndexOf('\\', opening) !== -1) return null;
  return { field, start: opening + 1, end: opening + written.length - 1 };
}
