import wrapAnsi from 'wrap-ansi';

/** `text` broken at words into lines of at most `width` columns; longer words are cut. Colours carry over. */
export function wrap(text: string, width: number): string[] {
  const columns = Math.max(8, width);
  return wrapPlain(text, columns) ?? wrapAnsi(text, columns, { hard: true, trim: true }).split('\n');
}

const PLAIN = /^(?! )(?!.*(?: {2}| $))[ -~]*$/;

/** The same, of printable ASCII with single blanks and no word to cut, which is most of all text; null for any other. */
function wrapPlain(text: string, columns: number): string[] | null {
  if (!PLAIN.test(text)) return null;
  const lines: string[] = [];
  let from = 0;
  while (text.length - from > columns) {
    const blank = text.lastIndexOf(' ', from + columns);
    if (blank <= from) return null;
    lines.push(text.slice(from, blank));
    from = blank + 1;
  }
  return [...lines, text.slice(from)];
}
