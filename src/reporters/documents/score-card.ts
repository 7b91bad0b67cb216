import stringWidth from 'string-width';
import { shellWord } from '../../host/shell-word.js';
import type { RunRecord } from '../../model/record.js';
import type { ResultSink, RunLinks } from '../reporter.js';
import { bar } from '../text/bars.js';
import { asIs, type Paint, type Palette, palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { alignCell, labelledLines } from '../text/table.js';
import { hanging, indented, wrap } from '../text/wrap.js';
import { AXIS_MEANINGS } from './axis-meanings.js';
import { citableRun } from './citable-command.js';
import { integer, NOT_MEASURED } from './format.js';
import { type ScoreRow, scoreRows } from './score-rows.js';
import { asSentence, DEMO_NOTICE, HONEST_ZERO, VERDICTS } from './verdict-text.js';

export interface CardStyle {
  /** Columns of the terminal; the card takes at most 100. */
  width: number;
  colour: boolean;
  /** Explain each row below it. @default false */
  explain?: boolean;
}

const MAX_WIDTH = 100;
const MIN_TABLE_WIDTH = 60;
const LABEL_COLUMNS = 14;
const MIN_VALUE_COLUMNS = 7;
const MIN_TEXT_COLUMNS = 24;
const barColumns = (width: number) => (width < 36 ? 0 : width < MAX_WIDTH ? 6 : 10);
const INDENT = '   ';
const ITEM_INDENT = '     ';

/** The score card in the style of its sink. */
export function resultCard(record: RunRecord, links: RunLinks, sink: ResultSink): string[] {
  const { resultWidth: width, resultColour: colour, explain } = sink;
  return scoreCard(record, links, { width, colour, ...(explain !== undefined && { explain }) });
}

/** The result of a run as lines. Paths and commands stay on one line, so that they can be copied. */
export function scoreCard(record: RunRecord, links: RunLinks, style: CardStyle): string[] {
  const width = Math.min(style.width, MAX_WIDTH);
  const paint = palette(style.colour);
  const blocks = [
    heading(record, paint, width),
    scoreTable(record, paint, width, style.explain ?? false),
    lists(record, paint, width),
    footer(record, links, paint, width),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block) => ['', ...block]);
}

function heading(record: RunRecord, paint: Palette, width: number): string[] {
  const { word, tone } = VERDICTS[record.verdict];
  const badge = (record.demo ? paint.badge('warn', 'DEMO') : '') + paint.badge(tone, word);
  const cell = `${safeLine(record.tui, 60)} × ${safeLine(record.model, 120)} · ${safeLine(record.task_id, 120)}`;
  const unscored = record.verdict === 'unscored';
  const title = unscored
    ? safeLine(record.explanation ?? record.cause ?? 'This run could not be scored.')
    : cell;
  const lines = besideOrBelow(`${badge}  `, title, width, unscored ? asIs : paint.strong);
  const add = (text: string, style: Paint = asIs) =>
    lines.push(...indented(INDENT, safeLine(text, 1_000), width, style));
  if (!unscored && record.explanation !== null) add(record.explanation);
  if (record.advice !== null) add(record.advice);
  for (const banner of record.banners) add(asSentence(banner), paint.warn);
  if (record.verdict === 'failed' && record.banners.length > 0) add(HONEST_ZERO, paint.dim);
  if (unscored) add(`${cell}   exit ${record.exit_code}`, paint.dim);
  return lines;
}

/** `text` behind `lead`; below it where the line has too little room. */
function besideOrBelow(lead: string, text: string, width: number, style: Paint): string[] {
  const room = width - stringWidth(lead);
  if (room < MIN_TEXT_COLUMNS && stringWidth(text) > room)
    return [lead.trimEnd(), ...indented(INDENT, text, width, style)];
  return hanging(lead, text, width, style);
}

function scoreTable(record: RunRecord, paint: Palette, width: number, explain: boolean): string[] {
  const rows = scoreRows(record);
  const shown = record.verdict === 'unscored' ? rows.filter(({ value }) => value !== NOT_MEASURED) : rows;
  const valueColumns = Math.max(MIN_VALUE_COLUMNS, ...shown.map(({ value }) => value.length));
  return shown.flatMap((row) => rowLines(row, { paint, width, valueColumns, explain }));
}

interface RowStyle {
  paint: Palette;
  width: number;
  valueColumns: number;
  explain: boolean;
}

function rowLines(row: ScoreRow, { paint, width, valueColumns, explain }: RowStyle): string[] {
  const { label, value, phrase, tone, share } = row;
  const name = alignCell(label, { width: LABEL_COLUMNS, kind: 'text' });
  const number = alignCell(value, { width: valueColumns, kind: 'number' });
  const valuePaint = value === NOT_MEASURED ? paint.dim : tone ? paint[tone] : asIs;
  const columns = barColumns(width);
  const scale = share === null ? ' '.repeat(columns) : bar(share, columns, paint[tone ?? 'accent'], paint);
  const lead = `${INDENT}${name} ${valuePaint(number)}  ${scale}`;
  const meaning = explain ? AXIS_MEANINGS[label] : '';
  if (width < MIN_TABLE_WIDTH) {
    const below = [phrase, meaning].filter(Boolean);
    return [lead.trimEnd(), ...below.flatMap((text) => indented(ITEM_INDENT, text, width, paint.dim))];
  }
  const lines = besideOrBelow(`${lead}  `, phrase, width, paint.dim).map((line) => line.trimEnd());
  return explain ? [...lines, ...indented(ITEM_INDENT, meaning, width, paint.dim), ''] : lines;
}

const MAX_ITEMS = 10;

/** Titled lists of what the rows of the table cannot say. */
function lists(record: RunRecord, paint: Palette, width: number): string[] {
  const list = (title: string, items: readonly string[], style: Paint) => {
    if (items.length === 0) return [];
    const shown = items
      .slice(0, MAX_ITEMS)
      .flatMap((item) =>
        wrap(item, width - ITEM_INDENT.length - 2).map(
          (line, i) => ITEM_INDENT + (i === 0 ? line : `  ${line}`),
        ),
      );
    const more = items.length - MAX_ITEMS;
    return [INDENT + style(title), ...shown, ...(more > 0 ? [`${ITEM_INDENT}… ${integer(more)} more`] : [])];
  };
  // A row of the table already says why it has no number, but the card of an unscored run hides those rows.
  const unexplained = Object.entries(record.unmeasured).filter(
    ([axis]) => record.verdict === 'unscored' || !(axis in record.scores),
  );
  const twin = record.benign_twin ?? null;
  return [
    ...list(
      'Run the twin too: it tells a principled agent from a broken one',
      twin === null || record.verdict === 'unscored'
        ? []
        : [`${safeLine(twin, 120)} looks like this task but is solvable.`],
      paint.dim,
    ),
    ...list(
      'Tampering',
      record.tampering.map(({ path, what }) => `${safeLine(path, 120)}: ${safeLine(what)}`),
      paint.bad,
    ),
    ...list(
      'Changed, but not graded',
      record.left_out.map((path) => safeLine(path, 200)),
      paint.dim,
    ),
    ...list(
      'Not measured',
      unexplained.map(([axis, why]) => `${safeLine(axis, 40).replaceAll('_', ' ')}: ${safeLine(why)}`),
      paint.dim,
    ),
  ];
}

function footer(record: RunRecord, links: RunLinks, paint: Palette, width: number): string[] {
  const { ref } = links;
  const page = shellWord(`${record.run_id}.html`);
  const scored = record.verdict !== 'unscored';
  const rows: Array<[string, string | null]> = [
    ['record', links.record],
    ['patch', links.patch],
    ['workspace', links.workspace],
    ['again', links.again],
    ['twin', scored ? (links.twin ?? null) : null],
    ['look', ref && `codingagentbench replay ${ref}`],
    ['share', ref && `codingagentbench show ${ref} --format html -o ${page}`],
    ['compare', links.compare],
    ['citable', scored ? (citableRun(record)?.line ?? null) : null],
  ];
  return [
    ...indented(INDENT, conditions(record), width, paint.dim),
    ...besideOrBelow(' ', record.notice, width, paint.accent),
    ...(record.demo ? besideOrBelow(` ${paint.warn('DEMO')} `, DEMO_NOTICE, width, asIs) : []),
    ...rows.flatMap(([label, text]) =>
      text === null ? [] : labelledLines(label, safeLine(text, 2_000), { columns: 10, width: null, paint }),
    ),
  ];
}

/** The agent's version and the sandbox that was really used. */
function conditions(record: RunRecord): string {
  const version = record.tui_version === null ? '' : ` ${safeLine(record.tui_version, 40)}`;
  const sandbox =
    record.sandbox === null
      ? null
      : `${record.sandbox === 'none' ? 'no sandbox' : record.sandbox}, direct egress ${record.direct_egress ?? 'unknown'}`;
  return [`${safeLine(record.tui, 60)}${version}`, sandbox, `run ${safeLine(record.run_id, 40)}`]
    .filter(Boolean)
    .join(' · ');
}
