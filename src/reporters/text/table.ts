import stringWidth from 'string-width';
import type { Palette } from './palette.js';
import { hanging, indented, truncate, wrap } from './wrap.js';

export interface TableColumn {
  title: string;
  /**
   * `number` is aligned to the right. `long` is wrapped below its row. `rest` is dim, cut to the columns that the others
   * leave, and left out if these are too few to read.
   */
  kind: 'text' | 'number' | 'long' | 'rest';
}

export interface TableStyle {
  paint: Palette;
  /** Columns of the terminal available to the table. */
  width: number;
  /** Spaces between two columns. @default 2 */
  gap?: number;
  /** What to do when the columns do not fit: print each row on several lines, or leave out the last columns. */
  overflow: 'stack' | 'drop';
}

const MIN_REST_COLUMNS = 20;
const BELOW = '    ';

/** A table with its header, as lines. Cells are safe text, which may be coloured. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { paint, width, gap = 2, overflow }: TableStyle,
): string[] {
  const all = columns.map(({ title, kind }, index): SizedColumn => {
    const cells = rows.map((row) => stringWidth(row[index] ?? ''));
    return { index, title, kind, width: Math.max(stringWidth(title), ...cells) };
  });
  const long = all.filter(({ kind }) => kind === 'long');
  const fixed = all.filter(({ kind }) => kind === 'text' || kind === 'number');
  const used = (list: readonly SizedColumn[]) => list.reduce((sum, { width }) => sum + width + gap, -gap);
  if (overflow === 'stack' && used(fixed) > width) {
    const titles = [...fixed, ...long].map(({ title }) => title).join(' · ');
    return [
      ...wrap(titles, width).map(paint.dim),
      ...rows.flatMap((row) => [
        ...stackedRow(fixed, row, paint, width),
        ...longCells(long, row, paint, width),
      ]),
    ];
  }
  // The first two columns say which row it is: they stay.
  while (fixed.length > 2 && used(fixed) > width) fixed.pop();
  const restWidth = width - used(fixed) - gap;
  const beside = [
    ...fixed,
    ...all
      .filter(({ kind }) => kind === 'rest' && restWidth >= MIN_REST_COLUMNS)
      .map((column) => ({ ...column, width: restWidth })),
  ];
  const separator = ' '.repeat(gap);
  const line = (textOf: (column: SizedColumn) => string) =>
    beside
      .map((column) =>
        column.kind === 'rest'
          ? paint.dim(truncate(textOf(column), column.width))
          : alignCell(textOf(column), column),
      )
      .join(separator)
      .trimEnd();
  return [
    paint.dim([line(({ title }) => title), ...long.map(({ title }) => title)].join(separator)),
    ...rows.flatMap((row) => [line(({ index }) => row[index] ?? ''), ...longCells(long, row, paint, width)]),
  ];
}

interface SizedColumn extends TableColumn {
  index: number;
  width: number;
}

/** `text` filled up with spaces to `width` columns; the spaces come first in a `number` column. */
export function alignCell(
  text: string,
  { width, kind }: { width: number; kind: TableColumn['kind'] },
): string {
  const spaces = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return kind === 'number' ? spaces + text : text + spaces;
}

/** JSON has no spaces at which it could be wrapped. */
const breakable = (text: string) => text.replaceAll(',"', ', "');

function longCells(
  long: readonly SizedColumn[],
  row: readonly string[],
  paint: Palette,
  width: number,
): string[] {
  const cells = long.map(({ index }) => row[index] ?? '').filter(Boolean);
  return cells.flatMap((cell) => indented(BELOW, breakable(cell), width, paint.dim));
}

/** The text cells on one line, and below it the numbers behind their titles. */
function stackedRow(
  fixed: readonly SizedColumn[],
  row: readonly string[],
  paint: Palette,
  width: number,
): string[] {
  const filled = fixed.filter(({ index }) => row[index]);
  const texts = filled.flatMap(({ kind, index }) => (kind === 'text' ? [row[index]] : []));
  const numbers = filled.flatMap(({ kind, index, title }) =>
    kind === 'number' ? [`${paint.dim(title)} ${row[index]}`] : [],
  );
  const lines = [...wrap(texts.join('  '), width), ...indented(BELOW, numbers.join('   '), width)];
  return lines.filter((line) => line.trim() !== '');
}

/** A labelled fact as lines, its text wrapped to `width`; null keeps it on one line, so that it can be copied. */
export function labelledLines(
  label: string,
  text: string,
  { columns, width, paint }: { columns: number; width: number | null; paint: Palette },
): string[] {
  const lead = `   ${paint.dim(alignCell(label, { width: columns, kind: 'text' }))} `;
  return width === null ? [lead + text] : hanging(lead, text, width);
}
