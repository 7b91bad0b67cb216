import { distance } from 'fastest-levenshtein';

/**
 * Returns up to three candidates that `word` may be a misspelling of, nearest first. Also compares the last part of a
 * candidate with slashes (`family/name`).
 */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const editsTo = (candidate: string) => distance(word.toLowerCase(), candidate.toLowerCase());
  return candidates
    .map((candidate) => ({ candidate, edits: Math.min(editsTo(candidate), editsTo(lastPart(candidate))) }))
    .filter(
      ({ candidate, edits }) =>
        edits <= Math.max(2, word.length / 3) || (word !== '' && candidate.includes(word)),
    )
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
