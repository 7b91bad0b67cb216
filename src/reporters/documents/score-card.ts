import stringWidth from 'string-width';
import { shellWord } from '../../host/shell-word.js';
import type { RunRecord } from '../../model/record.js';
import type { ResultSink, RunLinks } from '../reporter.js';
import { barPieces } from '../text/bar.js';
import { asIs, type Paint, type Palette, palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { wrap } from '../text/wrap.js';
import { AXIS_MEANINGS } from './axis-meanings.js';
import { citableRun } from './citable-command.js';
import { integer, NOT_MEASURED } from './format.js';
import { type ScoreRow, scoreRows } from './score-rows.js';
import { asSentence, DEMO_NOTICE, HONEST_ZERO, VERDICTS } from './verdict-words.js';

export interface CardStyle {
  /** Columns of the terminal; the card takes at most 100. */
  width: number;
  colour: boolean;
  /** Says under every row what it means. @default false */
  explain?: boolean;
}

const MAX_WIDTH = 100;
const MIN_TABLE_WIDTH = 60;
const LABEL_COLUMNS = 14;
const VALUE_COLUMNS = 7;
const barColumns = (width: number) => (width < 36 ? 0 : width < MAX_WIDTH ? 6 : 10);
const INDENT = '   ';

/** The card as its sink wants it. */
export function resultCard(record: RunRecord, links: RunLinks, sink: ResultSink): string[] {
  const { resultWidth: width, resultColour: colour, explain } = sink;
  return scoreCard(record, links, { width, colour, ...(explain !== undefined && { explain }) });
}

/** The result of a run as lines for the scrollback. Paths and commands are never broken, so that they can be copied. */
export function scoreCard(record: RunRecord, links: RunLinks, style: CardStyle): string[] {
  const width = Math.min(style.width, MAX_WIDTH);
  const paint = palette(style.colour);
  const blocks = [
    heading(record, paint, width),
    table(record, paint, width, style.explain ?? false),
    findings(record, paint, width),
    footer(record, links, paint, width),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block) => ['', ...block]);
}

function heading(record: RunRecord, paint: Palette, width: number): string[] {
  const { word, tone } = VERDICTS[record.verdict];
  const badge = (record.demo ? paint.badge('warn', 'DEMO') : '') + paint.badge(tone, word);
  const cell = `${safeLine(record.tui, 60)} × ${safeLine(record.model, 120)} · ${safeLine(record.task_id, 120)}`;
  const unscored = record.verdict === 'unscored';
  const what = unscored
    ? safeLine(record.explanation ?? record.cause ?? 'No score could be made of this run.')
    : cell;
  const lines = beside(`${badge}  `, what, width, unscored ? asIs : paint.strong);
  const say = (text: string, ink: Paint = asIs) =>
    lines.push(...wrap(safeLine(text, 1_000), width - INDENT.length).map((line) => INDENT + ink(line)));
  if (!unscored && record.explanation !== null) say(record.explanation);
  if (record.advice !== null) say(record.advice);
  for (const banner of record.banners) say(asSentence(banner), paint.warn);
  if (record.verdict === 'failed' && record.banners.length > 0) say(HONEST_ZERO, paint.dim);
  if (unscored) say(`${cell}   exit ${record.exit_code}`, paint.dim);
  return lines;
}

/** `lead text`, the text's further lines under its first; on its own lines when there is no room beside. */
function beside(lead: string, text: string, width: number, ink: Paint): string[] {
  const column = stringWidth(lead);
  if (width - column < 24 && stringWidth(text) > width - column)
    return [lead.trimEnd(), ...wrap(text, width - INDENT.length).map((line) => INDENT + ink(line))];
  return wrap(text, width - column).map((line, i) => (i === 0 ? lead : ' '.repeat(column)) + ink(line));
}

function table(record: RunRecord, paint: Palette, width: number, explain: boolean): string[] {
  const rows = scoreRows(record);
  const facts = record.verdict === 'unscored' ? rows.filter(({ value }) => value !== NOT_MEASURED) : rows;
  return facts.flatMap((row) => rowLines(row, paint, width, explain));
}

function rowLines(row: ScoreRow, paint: Palette, width: number, explain: boolean): string[] {
  const { label, value, phrase, tone } = row;
  const number = value.padStart(VALUE_COLUMNS);
  const painted = value === NOT_MEASURED ? paint.dim(number) : tone ? paint[tone](number) : number;
  const lead = `${INDENT}${label.padEnd(LABEL_COLUMNS)} ${painted}  ${barOf(row, paint, barColumns(width))}`;
  const meaning = explain ? AXIS_MEANINGS[label] : '';
  if (width < MIN_TABLE_WIDTH) {
    const below = [phrase, meaning].filter(Boolean).flatMap((text) => wrap(text, width - 5));
    return [lead.trimEnd(), ...below.map((line) => `     ${paint.dim(line)}`)];
  }
  const told = beside(`${lead}  `, phrase, width, paint.dim).map((line) => line.trimEnd());
  if (!explain) return told;
  const column = INDENT.length + 2;
  return [...told, ...wrap(meaning, width - column).map((line) => ' '.repeat(column) + paint.dim(line)), ''];
}

function barOf({ share, tone }: ScoreRow, paint: Palette, columns: number): string {
  if (share === null) return ' '.repeat(columns);
  const { filled, rest } = barPieces(share, columns);
  return (filled && paint[tone ?? 'accent'](filled)) + (rest && paint.dim(rest));
}

/** What has to be named file by file. */
function findings(record: RunRecord, paint: Palette, width: number): string[] {
  const named = (title: string, items: readonly string[], ink: Paint) => {
    if (items.length === 0) return [];
    const lines = items
      .slice(0, 10)
      .flatMap((item) =>
        wrap(item, width - 5).map((line, i) => (i === 0 ? `     ${line}` : `       ${line}`)),
      );
    const more = items.length > 10 ? [`     … ${integer(items.length - 10)} more`] : [];
    return [INDENT + ink(title), ...lines, ...more];
  };
  // A row of the table says why it has no number; an unscored run shows only the rows that have one.
  const unexplained = Object.entries(record.unmeasured).filter(
    ([axis]) => record.verdict === 'unscored' || !(axis in record.scores),
  );
  const twin = record.benign_twin ?? null;
  return [
    ...named(
      'Run the twin too: it tells a refuser from a broken agent',
      twin === null || record.verdict === 'unscored'
        ? []
        : [`${safeLine(twin, 120)} looks like this task and can simply be done.`],
      paint.dim,
    ),
    ...named(
      'Tampering',
      record.tampering.map(({ path, what }) => `${safeLine(path, 120)}: ${safeLine(what)}`),
      paint.bad,
    ),
    ...named(
      'Changed, but not graded',
      record.left_out.map((path) => safeLine(path, 200)),
      paint.dim,
    ),
    ...named(
      'Not measured',
      unexplained.map(([axis, why]) => `${safeLine(axis, 40).replaceAll('_', ' ')}: ${safeLine(why)}`),
      paint.dim,
    ),
  ];
}

function footer(record: RunRecord, links: RunLinks, paint: Palette, width: number): string[] {
  const next: Array<[string, string | null]> = [
    ['record', links.record],
    ['patch', links.patch],
    ['workspace', links.workspace],
    ['again', links.again],
    ['twin', record.verdict === 'unscored' ? null : (links.twin ?? null)],
    ['look', links.ref && `codingagentbench replay ${links.ref}`],
    [
      'share',
      links.ref &&
        `codingagentbench show ${links.ref} --format html -o ${shellWord(`${record.run_id}.html`)}`,
    ],
    ['compare', links.compare],
    ['citable', record.verdict === 'unscored' ? null : (citableRun(record)?.line ?? null)],
  ];
  return [
    ...wrap(conditions(record), width - INDENT.length).map((line) => INDENT + paint.dim(line)),
    ...beside(' ', record.notice, width, paint.accent),
    ...(record.demo ? beside(` ${paint.warn('DEMO')} `, DEMO_NOTICE, width, asIs) : []),
    ...next.flatMap(([label, where]) =>
      where === null ? [] : [`${INDENT}${paint.dim(label.padEnd(10))} ${safeLine(where, 2_000)}`],
    ),
  ];
}

/** Under what the run was made: the agent's version, the sandbox as it really was. */
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
