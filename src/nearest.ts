import { distance } from 'fastest-levenshtein';

/** Up to `count` candidates that a slip of the hand away from `word` would explain, nearest first. */
export function nearest(word: string, candidates: readonly string[], count = 3): string[] {
  return candidates
    .map((candidate) => ({ candidate, slips: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, slips }) => slips <= Math.max(2, candidate.length / 2) || candidate.includes(word))
    .sort((a, b) => a.slips - b.slips)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}
