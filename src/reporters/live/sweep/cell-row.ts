import { integer, score, seconds } from '../../documents/format.js';
import { VERDICTS } from '../../documents/verdict-words.js';
import type { Palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { callCount } from '../meter-view.js';
import { phaseText } from '../phase-text.js';
import type { CellView } from './sweep-view.js';

export interface RowStyle {
  /** It is the open one. */
  open: boolean;
  /** Columns that names take. */
  column: number;
  nowMs: number;
  paint: Palette;
}

/** `❯ ✔ rust-error-negated   PASSED   0.960   13.4s`, `● rust-error-negated   ● agent 0:12 / 10:00   4 calls`. */
export function cellRow(cell: CellView, name: string, { open, column, nowMs, paint }: RowStyle): string {
  const mark = open ? paint.accent('❯') : ' ';
  const safe = safeLine(name, column).padEnd(column);
  return `${mark} ${open ? paint.strong(safe) : safe}   ${stateOf(cell, nowMs, paint)}`;
}

function stateOf({ view, record, beganAtMs }: CellView, nowMs: number, paint: Palette): string {
  if (record !== null) {
    const { word, tone } = VERDICTS[record.verdict];
    const { composite, measured, latency } = record.scores;
    const numbers = [score(composite.composite), score(measured.composite), seconds(latency.wall_clock_ms)];
    return `${paint[tone](word.padEnd(10))}  ${paint.dim(numbers.join('  '))}`;
  }
  if (beganAtMs === null) return paint.dim('○ waits');
  const phase = view.phases.findLast(({ status }) => status !== 'pending');
  const calls = callCount(view.meter);
  return [
    phase === undefined ? paint.dim('begins') : phaseText(phase, nowMs - beganAtMs, paint),
    ...(calls > 0 ? [paint.dim(calls === 1 ? '1 call' : `${integer(calls)} calls`)] : []),
  ].join('   ');
}
