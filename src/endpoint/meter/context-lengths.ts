/** Tokens as a server named them when a request did not fit; null where it named none. */
export interface ContextLengths {
  asked: number | null;
  limit: number | null;
}

/** A number of tokens, and no part of a model's name or of a version. */
const NUMBER = /(?<![\w.-])(\d{1,3}(?:,\d{3})+|\d{2,9})(?![\w-]|\.\d)/g;
const NAMES_LIMIT = /max\w*|limit|allow\w*|available|at most|context (length|size|window)|n_ctx/i;
/** How far from a number the word stands that says that it is the limit. */
const NEAR_CHARS = 40;

/**
 * Reads both lengths out of a server's sentence. Servers name two to four numbers in any order; what they have in common:
 * a word such as "maximum" stands by the limit, and the request was longer than it.
 */
export function readContextLengths(words: string): ContextLengths {
  // The status stands before the server's own words.
  const text = words.replace(/^HTTP \d{3}[^:]*: /, '');
  const numbers = [...text.matchAll(NUMBER)].map((found) => ({
    value: Number(found[1]?.replaceAll(',', '')),
    from: found.index,
    to: found.index + found[0].length,
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
