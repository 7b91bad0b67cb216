import type { Key } from 'ink';
import type { Palette } from '../../text/palette.js';

/** What one key did to a question: nothing to end it, an answer, or the wish to leave. */
export type Outcome<T> =
  | { kind: 'open' }
  /** `echo` is how the answer reads afterwards. */
  | { kind: 'answered'; value: T; echo: string }
  | { kind: 'left' };

/** A question on the terminal: it takes keys and says how it looks. */
export interface Question<T> {
  press(input: string, key: Key): Outcome<T>;
  /** At most `rows` lines. */
  lines(paint: Palette, size: { columns: number; rows: number }): string[];
}

export const stillOpen = { kind: 'open' } as const;
export const left = { kind: 'left' } as const;

/** Whether the key leaves the whole conversation. */
export function leaves(input: string, key: Key): boolean {
  return key.escape || (key.ctrl && (input === 'c' || input === 'd'));
}

/** What a key, or a paste, adds to a line of text, and whether it ends it. */
export function typedText(input: string, key: Key): { text: string; enter: boolean } {
  if (key.ctrl || key.meta) return { text: '', enter: false };
  const end = input.search(/[\r\n]/);
  const text = (end < 0 ? input : input.slice(0, end)).replace(/[\p{Cc}\p{Cf}]/gu, '');
  return { text, enter: key.return || end >= 0 };
}

/** The line without its last character, or without anything. */
export function erased(text: string, input: string, key: Key): string | null {
  if (key.ctrl && input === 'u') return '';
  return key.backspace || key.delete ? [...text].slice(0, -1).join('') : null;
}

/** Where the next character will stand. */
export const caret = (paint: Palette): string => paint.accent('▏');
