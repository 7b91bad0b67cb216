/**
 * A share between 0 and 1 as two pieces of line, `━━━╸` and `───`: each face inks them itself. Half a column is the
 * finest step, and only a whole share makes a whole bar.
 */
export function barPieces(share: number, columns: number): { filled: string; rest: string } {
  // What is 1 but for the arithmetic is 1.
  const halves = Math.floor(Math.min(1, Math.max(0, share)) * columns * 2 + 1e-6);
  const filled = '━'.repeat(halves >> 1) + (halves % 2 === 1 ? '╸' : '');
  return { filled, rest: '─'.repeat(columns - filled.length) };
}
