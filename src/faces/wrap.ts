import wrapAnsi from 'wrap-ansi';

/** `text` broken at words into lines of at most `width` columns; longer words are cut. Colours carry over. */
export function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(8, width), { hard: true, trim: true }).split('\n');
}
