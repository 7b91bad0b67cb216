import stringWidth from 'string-width';
import { shellWord } from '../../../host/shell-word.js';
import type { RunRecord } from '../../../model/record.js';
import type { NotStarted, SweepRecord } from '../../../model/sweep-record.js';
import { plural, score, seconds } from '../../documents/format.js';
import { asSentence, DEMO_NOTICE, VERDICTS } from '../../documents/verdict-text.js';
import type { LinksOf, ResultSink, RunLinks } from '../../reporter.js';
import { type Palette, palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { alignCell, labelledLines } from '../../text/table.js';
import { hanging, indented } from '../../text/wrap.js';

/** A cell of the plan. */
export interface CellName {
  tui: string;
  model: string;
  taskId: string;
}

export interface SweepReporterOptions extends Omit<ResultSink, 'explain'> {
  cells: readonly CellName[];
  /** Colour of the progress. */
  colour: boolean;
}

/** A name for each cell: the task, behind the agent if there are several agents. */
export function cellNames(cells: readonly CellName[]): string[] {
  const several = new Set(cells.map(({ tui }) => tui)).size > 1;
  return cells.map(({ tui, taskId }) => (several ? `${tui} · ${taskId}` : taskId));
}

export interface SummaryStyle {
  /** Columns of the terminal; the summary takes at most 100. */
  width: number;
  colour: boolean;
}

const MAX_WIDTH = 100;
const MIN_NAME_COLUMNS = 24;
const INDENT = '   ';
const DETAIL = '     ';
const VERDICT_COLUMNS = 11;
/** Columns before the name of a cell. */
const LEAD_COLUMNS = INDENT.length + VERDICT_COLUMNS + 2;
const NUMBERS = [
  { title: 'composite', width: 9 },
  { title: 'measured', width: 8 },
  { title: 'wall', width: 7 },
];
const NUMBERS_COLUMNS = NUMBERS.reduce((sum, { width }) => sum + 2 + width, 0);

const numberCells = (values: readonly string[]) =>
  NUMBERS.map(({ width }, i) => `  ${alignCell(values[i] ?? '', { width, kind: 'number' })}`).join('');

/** The results of several cells as lines for the scrollback. */
export function sweepSummary(
  sweep: SweepRecord,
  linksOf: LinksOf,
  { colour, ...style }: SummaryStyle,
): string[] {
  const width = Math.min(style.width, MAX_WIDTH);
  const paint = palette(colour);
  const { cells, not_started: notStarted, demo } = sweep;
  const all = [...cells, ...notStarted];
  const names = cellNames(all.map((cell) => ({ ...cell, taskId: cell.task_id })));
  const nameColumns = Math.min(
    Math.max(MIN_NAME_COLUMNS, ...names.map((name) => stringWidth(safeLine(name, 160)))),
    Math.max(MIN_NAME_COLUMNS, width - LEAD_COLUMNS - NUMBERS_COLUMNS),
  );
  const wide = width >= LEAD_COLUMNS + nameColumns + NUMBERS_COLUMNS;
  const layout: Layout = { paint, width, nameColumns, wide };
  const pairs = [...new Set(all.map(({ tui, model }) => safeLine(`${tui} × ${model}`, 160)))];
  const badge = demo ? `${paint.badge('warn', 'DEMO')}  ` : ' ';
  const titles = NUMBERS.map(({ title }) => title);
  return [
    '',
    ...hanging(badge, `${pairs.join(', ')} · ${plural(names.length, 'cell')}`, width - 1, paint.strong),
    '',
    ...(wide ? [paint.dim(' '.repeat(LEAD_COLUMNS + nameColumns) + numberCells(titles))] : []),
    ...cells.flatMap((record, i) => cellLines(record, names[i] ?? '', linksOf(record), layout)),
    ...notStartedLines(notStarted, names.slice(cells.length), layout),
    '',
    ...totals(sweep, layout),
    '',
    ` ${paint.accent(sweep.notice)}`,
    ...(demo ? indented(' ', `DEMO ${DEMO_NOTICE}`, width, paint.warn) : []),
    ...nextCommands(cells, linksOf, paint),
  ];
}

interface Layout {
  paint: Palette;
  width: number;
  nameColumns: number;
  /** The numbers fit beside the name. */
  wide: boolean;
}

function cellLines(record: RunRecord, name: string, links: RunLinks | undefined, layout: Layout): string[] {
  const { paint, width, nameColumns, wide } = layout;
  const { word, tone } = VERDICTS[record.verdict];
  const detail = (text: string) => indented(DETAIL, text, width, paint.dim);
  const { scores, verdict, explanation, advice, banners } = record;
  const values = [
    score(scores.composite.composite),
    score(scores.measured.composite),
    seconds(scores.latency.wall_clock_ms),
  ];
  const lead = `${INDENT}${alignCell(paint[tone](word), { width: VERDICT_COLUMNS, kind: 'text' })}  `;
  const safeName = safeLine(name, 160);
  const run = `run ${safeLine(links?.ref ?? record.run_id, 200)}`;
  const row = lead + alignCell(safeName, { width: nameColumns, kind: 'text' }) + numberCells(values);
  const oneLine = wide && stringWidth(safeName) <= nameColumns;
  const runBeside = oneLine && stringWidth(row) + 3 + run.length <= width;
  const lines = oneLine
    ? [runBeside ? `${row}   ${paint.dim(run)}` : row]
    : [
        ...hanging(lead, safeName, width),
        ...detail(`composite ${values[0]} · measured ${values[1]} · ${values[2]}`),
      ];
  const reasons =
    verdict === 'passed' ? banners : [explanation, advice, ...banners].filter((text) => text !== null);
  const workspace = links?.workspace ? `workspace ${safeLine(links.workspace, 2_000)}` : null;
  // These stay on one line, so that they can be copied.
  const copied = [runBeside ? null : run, workspace].filter((text) => text !== null);
  return [
    ...lines,
    ...reasons.slice(0, 2).flatMap((text) => detail(asSentence(safeLine(text, 400)))),
    ...copied.map((text) => DETAIL + paint.dim(text)),
  ];
}

/** The cells that were not started, with each reason once. */
function notStartedLines(cells: readonly NotStarted[], names: readonly string[], layout: Layout): string[] {
  const { paint, width } = layout;
  const lead = `${INDENT}${paint.dim('not started')}  `;
  const reasons = [...new Set(cells.map(({ why }) => why))];
  return reasons.flatMap((why) => [
    ...names
      .filter((_, i) => cells[i]?.why === why)
      .flatMap((name) => hanging(lead, safeLine(name, 160), width)),
    ...indented(DETAIL, safeLine(why, 400), width, paint.dim),
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
    ...indented(INDENT, parts.join(' · '), width, paint.strong),
    ...(mean.cells === 0 ? [] : indented(INDENT, means, width, paint.dim)),
  ];
}

function nextCommands(cells: readonly RunRecord[], linksOf: LinksOf, paint: Palette): string[] {
  const refs = cells.map((record) => safeLine(linksOf(record)?.ref ?? record.run_id, 200));
  const [first] = refs;
  const [cell] = cells;
  if (first === undefined || cell === undefined) return [];
  const page = shellWord(safeLine(`${cell.run_id}.html`, 200));
  const commands = [
    ['look', `replay ${first}`],
    ['share', `show ${first} --format html -o ${page}`],
    ...(refs.length > 1 ? [['compare', `compare ${refs.join(' ')}`]] : []),
  ];
  return commands.flatMap(([label = '', command = '']) =>
    labelledLines(label, `codingagentbench ${command}`, { columns: 10, width: null, paint }),
  );
}
