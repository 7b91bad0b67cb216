import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { asIs, type Paint } from './palette.js';

/** Breaks `text` between words into lines of at most `width` columns; cuts longer words. Colours continue across lines. */
export function wrap(text: string, width: number): string[] {
  const columns = Math.max(8, width);
  return wrapAscii(text, columns) ?? wrapAnsi(text, columns, { hard: true, trim: true }).split('\n');
}

/** Printable ASCII with single spaces between words. */
const SIMPLE = /^(?! )(?!.*(?: {2}| $))[ -~]*$/;

/** Fast path for the common case; null for text that is not `SIMPLE` or has a word to cut. */
function wrapAscii(text: string, columns: number): string[] | null {
  if (!SIMPLE.test(text)) return null;
  const lines: string[] = [];
  let from = 0;
  while (text.length - from > columns) {
    const space = text.lastIndexOf(' ', from + columns);
    if (space <= from) return null;
    lines.push(text.slice(from, space));
    from = space + 1;
  }
  return [...lines, text.slice(from)];
}

/** `text` behind `lead`, wrapped to `width` columns in total, with its further lines indented below its first. */
export function hanging(lead: string, text: string, width: number, paint: Paint = asIs): string[] {
  const column = stringWidth(lead);
  const indent = ' '.repeat(column);
  return wrap(text, width - column).map((line, i) => (i === 0 ? lead : indent) + paint(line));
}

/** `text` wrapped to `width` columns in total, with every line behind the same indent. */
export function indented(indent: string, text: string, width: number, paint: Paint = asIs): string[] {
  return wrap(text, width - indent.length).map((line) => indent + paint(line));
}

/** `text` cut to at most `columns` columns, with `…` at the cut. */
export function truncate(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let cut = '';
  for (const char of text) {
    if (stringWidth(cut + char) > columns - 1) break;
    cut += char;
  }
  return `${cut}…`;
}
