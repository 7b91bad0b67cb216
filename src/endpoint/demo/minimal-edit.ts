/** A text replacement; `oldText` occurs exactly once in the file. */
export interface MinimalEdit {
  oldText: string;
  newText: string;
}

/**
 * Returns the smallest group of whole lines to replace, extended until it is unique in `before`. Null when `before` is
 * empty or nothing changed.
 */
export function minimalEdit(before: string, after: string): MinimalEdit | null {
  if (before === '' || before === after) return null;
  const old = splitLines(before);
  const now = splitLines(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let tail = 0;
  while (
    tail < old.length - start &&
    tail < now.length - start &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail++;
  for (;;) {
    const oldText = old.slice(start, old.length - tail).join('');
    const newText = now.slice(start, now.length - tail).join('');
    if (oldText !== '' && before.indexOf(oldText) === before.lastIndexOf(oldText))
      return { oldText, newText };
    if (start > 0) start--;
    if (tail > 0) tail--;
  }
}

/** Lines including their line breaks. */
function splitLines(text: string): string[] {
  return text.split(/(?<=\n)/);
}
