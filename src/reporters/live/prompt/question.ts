import type { Key } from 'ink';
import type { Palette } from '../../text/palette.js';

/** The user cancelled the prompt instead of answering. */
export class PromptCancelled extends Error {}

/** The state of a question after a key. */
export type QuestionState<T> =
  | { kind: 'open' }
  /** `echo` is the answer as it stays on the screen. */
  | { kind: 'answered'; value: T; echo: string }
  | { kind: 'cancelled' };

/** A question on the terminal. */
export interface Question<T> {
  press(input: string, key: Key): QuestionState<T>;
  /** The question as at most `rows` lines. */
  lines(paint: Palette, size: { columns: number; rows: number }): string[];
}

export const stillOpen = { kind: 'open' } as const;
export const cancelled = { kind: 'cancelled' } as const;

/** Whether the key cancels the prompt: Esc, Ctrl-C or Ctrl-D. */
export function isCancelKey(input: string, key: Key): boolean {
  return key.escape || (key.ctrl && (input === 'c' || input === 'd'));
}

/** The text that a key or a paste adds to a line, and whether it ends the line. */
export function typedText(input: string, key: Key): { text: string; enter: boolean } {
  if (key.ctrl || key.meta) return { text: '', enter: false };
  const end = input.search(/[\r\n]/);
  const text = (end < 0 ? input : input.slice(0, end)).replace(/[\p{Cc}\p{Cf}]/gu, '');
  return { text, enter: key.return || end >= 0 };
}

/** `text` after Backspace or Ctrl-U; null for any other key. */
export function erasedText(text: string, input: string, key: Key): string | null {
  if (key.ctrl && input === 'u') return '';
  return key.backspace || key.delete ? [...text].slice(0, -1).join('') : null;
}

/** Marks the position of the next character. */
export const caret = (paint: Palette): string => paint.accent('▏');
