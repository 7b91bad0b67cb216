import { distance } from 'fastest-levenshtein';

/**
 * Up to three of the candidates that a slip of the hand away from `word` would explain, nearest first; of a candidate
 * with a path (`family/name`) the last part alone is compared too.
 */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const slipsTo = (candidate: string) => distance(word.toLowerCase(), candidate.toLowerCase());
  return candidates
    .map((candidate) => ({ candidate, slips: Math.min(slipsTo(candidate), slipsTo(lastPart(candidate))) }))
    .filter(
      ({ candidate, slips }) =>
        slips <= Math.max(2, word.length / 3) || (word !== '' && candidate.includes(word)),
    )
    .sort((a, b) => a.slips - b.slips)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
