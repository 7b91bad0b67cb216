/** Numbers of tokens in a server's error about a request that was too long; null when it gives none. */
export interface ContextLengths {
  asked: number | null;
  limit: number | null;
}

/** A number of tokens, but not a part of a model name or of a version. */
const NUMBER = /(?<![\w.-])(\d{1,3}(?:,\d{3})+|\d{2,9})(?![\w-]|\.\d)/g;
const NAMES_LIMIT = /max\w*|limit|allow\w*|available|at most|context (length|size|window)|n_ctx/i;
/** Maximum distance between the limit and the word that marks it. */
const NEAR_CHARS = 40;

/**
 * Reads the length of the request and the limit from a server's error message. Messages have up to four numbers in any
 * order. Two things always hold: a word such as "maximum" is near the limit, and the request is longer than the limit.
 */
export function readContextLengths(message: string): ContextLengths {
  // Our own prefix.
  const text = message.replace(/^HTTP \d{3}[^:]*: /, '');
  const numbers = [...text.matchAll(NUMBER)].map((match) => ({
    value: Number(match[1]?.replaceAll(',', '')),
    from: match.index,
    to: match.index + match[0].length,
  }));
  const [first, second] = numbers.map(({ value }) => value);
  if (first === undefined) return { asked: null, limit: null };
  if (numbers.length === 2 && second !== undefined && first !== second) {
    return { asked: Math.max(first, second), limit: Math.min(first, second) };
  }
  const limit = numbers.find(({ from, to }) => {
    const before =
      text
        .slice(Math.max(0, from - NEAR_CHARS), from)
        .split(/\d/)
        .at(-1) ?? '';
    const after = text.slice(to, to + NEAR_CHARS).split(/\d|[.;,]/)[0] ?? '';
    return NAMES_LIMIT.test(before) || NAMES_LIMIT.test(after);
  });
  if (limit === undefined) return { asked: numbers.length === 1 ? first : null, limit: null };
  const longer = numbers.map(({ value }) => value).filter((value) => value > limit.value);
  return { asked: longer.length > 0 ? Math.max(...longer) : null, limit: limit.value };
}
