import stringWidth from 'string-width';
import { shellWord } from '../../../host/shell-word.js';
import type { RunRecord } from '../../../model/record.js';
import type { NotStarted, SweepRecord } from '../../../model/sweep-record.js';
import { plural, score, seconds } from '../../documents/format.js';
import { asSentence, DEMO_NOTICE, VERDICTS } from '../../documents/verdict-words.js';
import type { LinksOf, RunLinks } from '../../reporter.js';
import { type Palette, palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { wrap } from '../../text/wrap.js';
import { namesOf } from './cell-name.js';

export interface SummaryStyle {
  /** Columns of the terminal; the summary takes at most 100. */
  width: number;
  colour: boolean;
}

const MAX_WIDTH = 100;
const INDENT = '   ';
const DETAIL = '     ';
/** Two composites and the wall, each behind two blanks. */
const NUMBERS = [9, 8, 7];
const numbersText = (values: readonly string[]) =>
  values.map((value, i) => value.padStart((NUMBERS[i] ?? 0) + 2)).join('');

/** What several cells came to, as lines for the scrollback. `linksOf` knows what each run left behind. */
export function sweepSummary(
  sweep: SweepRecord,
  linksOf: LinksOf,
  { colour, ...style }: SummaryStyle,
): string[] {
  const width = Math.min(style.width, MAX_WIDTH);
  const paint = palette(colour);
  const { cells, not_started: notStarted, demo } = sweep;
  const names = namesOf([...cells, ...notStarted].map((cell) => ({ ...cell, taskId: cell.task_id })));
  const numbers = stringWidth(numbersText(['', '', '']));
  const column = Math.min(
    Math.max(24, ...names.map((name) => stringWidth(safeLine(name, 160)))),
    Math.max(24, width - 16 - numbers),
  );
  const layout: Layout = { paint, width, column, beside: width >= 16 + column + numbers };
  const models = [...new Set([...cells, ...notStarted].map(({ tui, model }) => `${tui} × ${model}`))];
  const badge = demo ? `${paint.badge('warn', 'DEMO')}  ` : ' ';
  const header = layout.beside
    ? [paint.dim(' '.repeat(16 + column) + numbersText(['composite', 'measured', 'wall']))]
    : [];
  return [
    '',
    ...wrap(
      `${models.map((each) => safeLine(each, 160)).join(', ')} · ${plural(names.length, 'cell')}`,
      width - 9,
    ).map((line, i) => (i === 0 ? badge : ' '.repeat(stringWidth(badge))) + paint.strong(line)),
    '',
    ...header,
    ...cells.flatMap((record, i) => cellLines(record, names[i] ?? '', linksOf(record), layout)),
    ...notStartedLines(notStarted, names.slice(cells.length), layout),
    '',
    ...totals(sweep, layout),
    '',
    ` ${paint.accent(sweep.notice)}`,
    ...(demo ? [...wrap(`DEMO ${DEMO_NOTICE}`, width - 1).map((line) => ` ${paint.warn(line)}`)] : []),
    ...nextCommands(cells, linksOf, paint),
  ];
}

interface Layout {
  paint: Palette;
  width: number;
  /** Of the names. */
  column: number;
  /** There is room for the numbers beside the name. */
  beside: boolean;
}

function cellLines(record: RunRecord, name: string, links: RunLinks | undefined, layout: Layout): string[] {
  const { paint, width, column, beside } = layout;
  const { word, tone } = VERDICTS[record.verdict];
  const indented = (text: string) =>
    wrap(text, width - DETAIL.length).map((each) => DETAIL + paint.dim(each));
  const { scores, verdict, explanation, advice, banners } = record;
  const values = [
    score(scores.composite.composite),
    score(scores.measured.composite),
    seconds(scores.latency.wall_clock_ms),
  ];
  const lead = `${INDENT}${paint[tone](word.padEnd(11))}  `;
  const safe = safeLine(name, 160);
  const fits = stringWidth(safe) <= column;
  const run = `run ${safeLine(links?.ref ?? record.run_id, 200)}`;
  const row = lead + safe.padEnd(column) + numbersText(values);
  const runBeside = beside && fits && stringWidth(row) + 3 + run.length <= width;
  const lines =
    beside && fits
      ? [runBeside ? `${row}   ${paint.dim(run)}` : row]
      : [
          ...wrap(safe, width - 16).map((line, i) => (i === 0 ? lead : ' '.repeat(16)) + line),
          ...indented(`composite ${values[0]} · measured ${values[1]} · ${values[2]}`),
        ];
  const why =
    verdict === 'passed' ? banners : [explanation, advice, ...banners].filter((text) => text !== null);
  const told = why.slice(0, 2).map((text) => asSentence(safeLine(text, 400)));
  const workspace = links?.workspace ? `workspace ${safeLine(links.workspace, 2_000)}` : null;
  return [
    ...lines,
    ...told.flatMap(indented),
    // Never broken, so that they can be copied.
    ...[runBeside ? null : run, workspace].flatMap((text) =>
      text === null ? [] : [DETAIL + paint.dim(text)],
    ),
  ];
}

/** Told once, and not at every cell. */
function notStartedLines(cells: readonly NotStarted[], names: readonly string[], layout: Layout): string[] {
  const { paint, width } = layout;
  const reasons = [...new Set(cells.map(({ why }) => why))];
  return reasons.flatMap((why) => [
    ...names
      .filter((_, i) => cells[i]?.why === why)
      .flatMap((name) =>
        wrap(safeLine(name, 160), width - 16).map((line, i) =>
          i === 0 ? `${INDENT}${paint.dim('not started')}  ${line}` : ' '.repeat(16) + line,
        ),
      ),
    ...wrap(safeLine(why, 400), width - DETAIL.length).map((line) => DETAIL + paint.dim(line)),
  ]);
}

function totals({ counts, mean }: SweepRecord, { paint, width }: Layout): string[] {
  const parts = [
    `${counts.passed} passed`,
    `${counts.failed} failed`,
    `${counts.unscored} not scored`,
    ...(counts.not_started > 0 ? [`${counts.not_started} not started`] : []),
  ];
  const means = `mean composite ${score(mean.composite)}, measured ${score(mean.measured)}, over ${plural(mean.cells, 'scored cell')}`;
  return [
    ...wrap(parts.join(' · '), width - INDENT.length).map((line) => INDENT + paint.strong(line)),
    ...(mean.cells === 0 ? [] : wrap(means, width - INDENT.length).map((line) => INDENT + paint.dim(line))),
  ];
}

function nextCommands(cells: readonly RunRecord[], linksOf: LinksOf, paint: Palette): string[] {
  const refs = cells.map((record) => safeLine(linksOf(record)?.ref ?? record.run_id, 200));
  const [first] = refs;
  const [cell] = cells;
  if (first === undefined || cell === undefined) return [];
  const page = shellWord(safeLine(`${cell.run_id}.html`, 200));
  const line = (label: string, command: string) =>
    `${INDENT}${paint.dim(label.padEnd(10))} codingagentbench ${command}`;
  return [
    line('look', `replay ${first}`),
    line('share', `show ${first} --format html -o ${page}`),
    ...(refs.length > 1 ? [line('compare', `compare ${refs.join(' ')}`)] : []),
  ];
}
