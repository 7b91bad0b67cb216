import { toUSVString } from 'node:util';

/**
 * Text of agents, models and servers is hostile until it has been sanitized here. A terminal obeys what it receives: window
 * titles, the clipboard (OSC 52), links (OSC 8), overwriting by a carriage return. Bidi controls make text look different
 * from what it is. `util.stripVTControlCharacters` is not enough: it leaves DCS payloads, and removes visible characters
 * after a lone ESC.
 */

/** OSC, DCS, SOS, PM, APC in 7 and 8 bits: a payload up to its terminator, or to the end when there is none. */
const STRING_SEQUENCE =
  /(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?/g;
const CSI_SEQUENCE = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?/g;
/** Two- and three-byte escapes: charset choice, cursor save, reset. A letter belongs to one only after an intermediate byte. */
const SHORT_ESCAPE = /\u001B(?:[ -/]+[0-~]|[0-9=>])?/g;
/** The remaining C0 controls (except tab and newline), DEL and C1. */
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;
/** Bidi controls and marks, invisible separators, tag characters, interlinear annotations. */
const INVISIBLE =
  /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** Input limit of one line, in UTF-16 units. It bounds the scan, and is more than any reporter shows. */
const MAX_SCANNED = 16_384;
const DEFAULT_MAX = 400;

/** Removes from `text` everything that a terminal obeys; keeps its lines and tabs. */
export function inertText(text: string): string {
  const inert = text
    .replace(STRING_SEQUENCE, '')
    .replace(CSI_SEQUENCE, '')
    .replace(SHORT_ESCAPE, '')
    .replace(/\r\n?|[\u0085\u2028\u2029\u000B\u000C]/g, '\n')
    .replace(CONTROL, '')
    .replace(INVISIBLE, '');
  return toUSVString(inert);
}

const clean = (text: string): string => inertText(text).replaceAll('\t', '  ');

/** The escape sequences that `palette` writes: its colours, bold, dim, inverse, and their ends. */
const PALETTE_SEQUENCE = /(\u001B\[(?:1|2|7|22|27|31|32|33|36|39)m)/;

/** Like `inertText`, but keeps the styles of the palette. */
export function inertExceptPalette(text: string): string {
  return text
    .split(PALETTE_SEQUENCE)
    .map((part, index) => (index % 2 === 1 ? part : inertText(part)))
    .join('');
}

function cap(text: string, max: number): string {
  if (text.length <= max) return text;
  // The cut may split a surrogate pair.
  return `${text.slice(0, max - 1).replace(/\p{Surrogate}$/u, '')}…`;
}

/** `text` as one harmless line of at most `max` UTF-16 units; line breaks become `⏎`. */
export function safeLine(text: string, max = DEFAULT_MAX): string {
  return cap(clean(text.slice(0, MAX_SCANNED)).trim().replace(/\n+/g, ' ⏎ '), max);
}

/** `text` as harmless lines of at most `max` UTF-16 units each, without blank lines at the start and the end. */
export function safeLines(text: string, max = DEFAULT_MAX): string[] {
  const lines = clean(text.slice(0, MAX_SCANNED))
    .split('\n')
    .map((line) => cap(line.trimEnd(), max));
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * `text` as harmless lines with all their spaces: for patches, recordings and output. Text after the first `maxChars`
 * UTF-16 units is left out, and then `cut` is true.
 */
export function safeBlock(text: string, maxChars: number): { lines: string[]; cut: boolean } {
  const lines = clean(cap(text, maxChars)).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { lines, cut: text.length > maxChars };
}
