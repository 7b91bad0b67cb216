import { integer, score, seconds } from '../../documents/format.js';
import { VERDICTS } from '../../documents/verdict-text.js';
import type { Palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { alignCell } from '../../text/table.js';
import { callCount } from '../meter-view.js';
import { phaseText } from '../status-text.js';
import type { CellView } from './sweep-view.js';

export interface RowStyle {
  focused: boolean;
  nameColumns: number;
  nowMs: number;
  paint: Palette;
}

const VERDICT_COLUMNS = 10;

/** `❯ rust-error-negated   PASSED      0.960  0.940  13.4s`, `  go-handler   ● agent 0:12 / 10:00   4 calls`. */
export function cellRow(cell: CellView, name: string, style: RowStyle): string {
  const { focused, nameColumns, nowMs, paint } = style;
  const mark = focused ? paint.accent('❯') : ' ';
  const padded = alignCell(safeLine(name, nameColumns), { width: nameColumns, kind: 'text' });
  return `${mark} ${focused ? paint.strong(padded) : padded}   ${stateText(cell, nowMs, paint)}`;
}

function stateText({ view, record, startedAtMs }: CellView, nowMs: number, paint: Palette): string {
  if (record !== null) {
    const { word, tone } = VERDICTS[record.verdict];
    const { composite, measured, latency } = record.scores;
    const numbers = [score(composite.composite), score(measured.composite), seconds(latency.wall_clock_ms)];
    const verdict = alignCell(paint[tone](word), { width: VERDICT_COLUMNS, kind: 'text' });
    return `${verdict}  ${paint.dim(numbers.join('  '))}`;
  }
  if (startedAtMs === null) return paint.dim('○ waiting');
  const phase = view.phases.findLast(({ status }) => status !== 'pending');
  const calls = callCount(view.meter);
  return [
    phase === undefined ? paint.dim('starting') : phaseText(phase, nowMs - startedAtMs, paint),
    ...(calls > 0 ? [paint.dim(calls === 1 ? '1 call' : `${integer(calls)} calls`)] : []),
  ].join('   ');
}
