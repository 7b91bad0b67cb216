import stringWidth from 'string-width';
import { type Paint, type Palette, palette } from '../../text/palette.js';
import { safeBlock, safeLine } from '../../text/sanitize.js';
import { wrap } from '../../text/wrap.js';
import { NOT_MEASURED, plural } from '../format.js';
import type { Block, Column, Field, Section, Table } from './section.js';

export interface PageStyle {
  /** Columns of the terminal. */
  width: number;
  colour: boolean;
}

const INDENT = '   ';
/** Labels and narrow columns wider than this are broken. */
const MAX_LABEL_COLUMNS = 18;
const MAX_CODE_CHARS = 16_384;
const MAX_CELL_CHARS = 4_000;
const MAX_ROWS = 200;
const GAP = '  ';

/** The sections as lines for a terminal. Code and commands are never broken, so that they can be copied. */
export function terminalSections(sections: readonly Section[], style: PageStyle): string[] {
  const paint = palette(style.colour);
  const room = Math.max(24, style.width - INDENT.length);
  return sections.flatMap(({ title, blocks }) => [
    '',
    ` ${paint.strong(safeLine(title))}`,
    ...blocks.flatMap((block) => blockLines(block, paint, room).map((line) => (INDENT + line).trimEnd())),
  ]);
}

function blockLines(block: Block, paint: Palette, room: number): string[] {
  switch (block.kind) {
    case 'fields':
      return fieldLines(block.fields, paint, room);
    case 'table':
      return tableLines(block.table, paint, room);
    case 'code':
      return [paint.dim(safeLine(block.title)), ...codeLines(block.text, block.language, paint)];
    case 'prose':
      return wrap(safeLine(block.text, 2_000), room);
  }
}

function fieldLines(list: readonly Field[], paint: Palette, room: number): string[] {
  const column = Math.min(MAX_LABEL_COLUMNS, Math.max(...list.map(({ label }) => stringWidth(label))));
  return list.flatMap(({ label, value, note }) => {
    const lead = `${safeLine(label).padEnd(column)}${GAP}`;
    const shown = safeLine(value ?? NOT_MEASURED, MAX_CELL_CHARS);
    const aside = note ? safeLine(note, 1_000) : '';
    const plain = aside === '' ? shown : `${shown}${GAP} ${aside}`;
    const width = room - lead.length;
    if (stringWidth(plain) <= width)
      return [paint.dim(lead) + shown + (aside === '' ? '' : `${GAP} ${paint.dim(aside)}`)];
    const hanging = ' '.repeat(lead.length);
    return [
      ...wrap(shown, width).map((line, i) => (i === 0 ? paint.dim(lead) : hanging) + line),
      ...(aside === '' ? [] : wrap(aside, width).map((line) => hanging + paint.dim(line))),
    ];
  });
}

/** Narrow columns side by side; a long one goes below its row, and so does everything when there is no room. */
function tableLines({ columns, rows, empty }: Table, paint: Palette, room: number): string[] {
  if (rows.length === 0) return empty === '' ? [] : [paint.dim(empty)];
  const shown = rows.slice(0, MAX_ROWS);
  const cells = shown.map((row) => row.map((cell) => safeLine(cell, MAX_CELL_CHARS)));
  const beside = columns.map((column, i) => ({ column, i })).filter(({ column }) => column.kind !== 'long');
  const widths = new Map(
    beside.map(({ column, i }) => [
      i,
      Math.max(stringWidth(column.title), ...cells.map((row) => stringWidth(row[i] ?? ''))),
    ]),
  );
  const total = [...widths.values()].reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  const more =
    rows.length > shown.length ? [paint.dim(`… ${plural(rows.length - shown.length, 'more row')}`)] : [];
  if (total > room) {
    const titles = [...beside.map(({ column }) => column), ...columns.filter(({ kind }) => kind === 'long')];
    const head = wrap(titles.map(({ title }) => title).join(' · '), room).map(paint.dim);
    return [...head, ...cells.flatMap((row) => stackedRow(columns, row, paint, room)), ...more];
  }
  const line = (row: readonly string[], ink: Paint) =>
    beside
      .map(({ column, i }) => ink(padded(row[i] ?? '', widths.get(i) ?? 0, column)))
      .join(GAP)
      .trimEnd();
  const head = columns.map(({ title }) => title);
  const longTitles = columns.filter(({ kind }) => kind === 'long').map(({ title }) => title);
  const headLine = paint.dim([line(head, asIs), ...longTitles].join(GAP));
  return [
    headLine,
    ...cells.flatMap((row) => [line(row, asIs), ...longLines(columns, row, paint, room)]),
    ...more,
  ];
}

const asIs: Paint = (text) => text;

function padded(text: string, width: number, { kind }: Column): string {
  const blank = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return kind === 'number' ? blank + text : text + blank;
}

/** JSON has no blanks to be broken at. */
const breakable = (text: string) => text.replaceAll(',"', ', "');

function longLines(
  columns: readonly Column[],
  row: readonly string[],
  paint: Palette,
  room: number,
): string[] {
  return columns.flatMap(({ kind }, i) =>
    kind !== 'long' || !row[i]
      ? []
      : wrap(breakable(row[i]), room - 4).map((line) => `    ${paint.dim(line)}`),
  );
}

/** What the row is about on one line, and below it what it has to say. */
function stackedRow(
  columns: readonly Column[],
  row: readonly string[],
  paint: Palette,
  room: number,
): string[] {
  const texts = row.filter((cell, i) => columns[i]?.kind === 'text' && cell !== '');
  const numbers = columns.flatMap(({ title, kind }, i) =>
    kind === 'number' && row[i] ? [`${paint.dim(title)} ${row[i]}`] : [],
  );
  return [
    ...wrap(texts.join(GAP), room),
    ...wrap(numbers.join('   '), room - 4).map((line) => `    ${line}`),
    ...longLines(columns, row, paint, room),
  ].filter((line) => line.trim() !== '');
}

function codeLines(text: string, language: string, paint: Palette): string[] {
  const { lines, cut } = safeBlock(text, MAX_CODE_CHARS);
  const ink = (line: string): string => {
    if (language !== 'diff') return line;
    if (/^(?:diff |index |--- |\+\+\+ |new |deleted |old )/.test(line)) return paint.strong(line);
    if (line.startsWith('@@')) return paint.accent(line);
    return line.startsWith('+') ? paint.good(line) : line.startsWith('-') ? paint.bad(line) : line;
  };
  return [...lines.map(ink), ...(cut ? [paint.dim('…')] : [])];
}
