import { asArray, asObject } from '../json.js';

/** Fields of a chat delta that bring a model's words, token by token. */
export type WordField = 'content' | 'reasoning_content';

/** Events in a row that equal the last one which was read in full, but for the words of their delta. */
export interface WordRun {
  /** True when the event is such a one: its words are kept for the next `flush`. */
  take(event: string): boolean;
  /** Hands on the words that were taken, joined. */
  flush(): void;
  /** From now on events are compared with this one, which was read in full. */
  follow(event: string, value: unknown): void;
}

const FIELDS: readonly WordField[] = ['content', 'reasoning_content'];
/** What is cut out of a string keeps all of that alive for a while: only small events are followed. */
const FOLLOWED_CHARS = 4096;
/** Where so many events in a row found none to follow them, no more are tried. */
const VAIN_TRIALS = 8;
/** What may not stand unescaped in a JSON string, and what begins an escape. */
const NOT_PLAIN = /["\\\u0000-\u001f]/;

/** The bulk of a chat stream is such runs; to find them costs a tenth of reading each event as JSON. */
export function wordRun(say: (field: WordField, words: string) => void): WordRun {
  let before = '';
  let after = '';
  let field: WordField = 'content';
  let taken: string[] = [];
  let vain = 0;
  return {
    take(event) {
      const end = event.length - after.length;
      if (before === '' || end < before.length) return false;
      if (event.slice(0, before.length) !== before || event.slice(end) !== after) return false;
      const words = event.slice(before.length, end);
      if (NOT_PLAIN.test(words)) return false;
      vain = 0;
      taken.push(words);
      return true;
    },
    flush() {
      if (taken.length === 0) return;
      say(field, taken.join(''));
      taken = [];
    },
    follow(event, value) {
      before = '';
      const found = vain < VAIN_TRIALS ? findWords(event, value) : null;
      if (found === null) return;
      vain++;
      before = event.slice(0, found.start);
      after = event.slice(found.end);
      field = found.field;
    },
  };
}

/** Where in the text of an event its words stand; null when it brings more than words, or there is any doubt. */
function findWords(text: string, value: unknown): { field: WordField; start: number; end: number } | null {
  if (text.length > FOLLOWED_CHARS) return null;
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
