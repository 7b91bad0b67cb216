import type { Paint, Palette } from './palette.js';

/**
 * A bar of `columns` columns for a share between 0 and 1: `━━━╸───`. Its resolution is half a column, and only a share
 * of 1 fills it.
 */
export function bar(share: number, columns: number, filledPaint: Paint, paint: Palette): string {
  // The epsilon keeps a rounding error from losing half a column.
  const halves = Math.floor(Math.min(1, Math.max(0, share)) * columns * 2 + 1e-6);
  const filled = '━'.repeat(halves >> 1) + (halves % 2 === 1 ? '╸' : '');
  const rest = '─'.repeat(columns - filled.length);
  return (filled && filledPaint(filled)) + (rest && paint.dim(rest));
}

const LEVELS = '▁▂▃▄▅▆▇█';

/** One character per value, scaled from zero to the largest; empty for fewer than two values. */
export function sparkline(values: readonly number[]): string {
  const top = Math.max(...values);
  if (values.length < 2 || !(top > 0)) return '';
  const level = (value: number) => LEVELS[Math.round((Math.max(0, value) / top) * (LEVELS.length - 1))] ?? '';
  return values.map(level).join('');
}
