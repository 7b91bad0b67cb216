import { distance } from 'fastest-levenshtein';

/** The three ids most like the one asked for: those that contain it, or it them, first; then by edit distance. */
export function nearest(model: string, ids: readonly string[]): string[] {
  const wanted = model.toLowerCase();
  const rank = (id: string) => {
    const name = id.toLowerCase();
    return distance(wanted, name) - (name.includes(wanted) || wanted.includes(name) ? 1000 : 0);
  };
  return [...ids].sort((a, b) => rank(a) - rank(b)).slice(0, 3);
}
