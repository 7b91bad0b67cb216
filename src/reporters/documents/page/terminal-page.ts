import stringWidth from 'string-width';
import { type Palette, palette } from '../../text/palette.js';
import { safeBlock, safeLine } from '../../text/sanitize.js';
import { alignCell, renderTable } from '../../text/table.js';
import { hanging, indented, wrap } from '../../text/wrap.js';
import { NOT_MEASURED, plural } from '../format.js';
import { cellTitle, verdictText } from '../verdict-text.js';
import { cellPage, type PageSource } from './cell-page.js';
import type { Block, Field, Section, Table } from './section.js';

export interface PageStyle {
  /** Columns of the terminal. */
  width: number;
  colour: boolean;
}

const INDENT = '   ';
const MAX_LABEL_COLUMNS = 18;
const MAX_CODE_CHARS = 16_384;
const MAX_CELL_CHARS = 4_000;
const MAX_ROWS = 200;
const GAP = '  ';

/** The whole cell page for a terminal. */
export function showPage(source: PageSource, style: PageStyle): string {
  const { record } = source;
  const paint = palette(style.colour);
  const { word, tone, sentences } = verdictText(record);
  const badge = (record.demo ? paint.badge('warn', 'DEMO') : '') + paint.badge(tone, word);
  const head = [
    '',
    `${badge}  ${paint.strong(safeLine(cellTitle(record)))}`,
    INDENT + safeLine(record.task_id),
    ...sentences.flatMap((sentence) => indented(INDENT, safeLine(sentence, 1_000), style.width)),
  ];
  const foot = ['', ` ${paint.accent(record.notice)}`];
  return `${[...head, ...terminalSections(cellPage(source), style), ...foot].join('\n')}\n`;
}

/** The sections as lines for a terminal. Code and commands are not wrapped, so that they can be copied. */
export function terminalSections(sections: readonly Section[], style: PageStyle): string[] {
  const paint = palette(style.colour);
  const width = Math.max(24, style.width - INDENT.length);
  return sections.flatMap(({ title, blocks }) => [
    '',
    ` ${paint.strong(safeLine(title))}`,
    ...blocks.flatMap((block) => blockLines(block, paint, width).map((line) => (INDENT + line).trimEnd())),
  ]);
}

function blockLines(block: Block, paint: Palette, width: number): string[] {
  switch (block.kind) {
    case 'fields':
      return fieldLines(block.fields, paint, width);
    case 'table':
      return tableLines(block.table, paint, width);
    case 'code':
      return [paint.dim(safeLine(block.title)), ...codeLines(block.text, block.language, paint)];
    case 'prose':
      return wrap(safeLine(block.text, 2_000), width);
  }
}

function fieldLines(list: readonly Field[], paint: Palette, width: number): string[] {
  const labelColumns = Math.min(MAX_LABEL_COLUMNS, Math.max(...list.map(({ label }) => stringWidth(label))));
  return list.flatMap(({ label, value, note }) => {
    const name = alignCell(safeLine(label), { width: labelColumns, kind: 'text' });
    const lead = paint.dim(name + GAP);
    const text = safeLine(value ?? NOT_MEASURED, MAX_CELL_CHARS);
    if (!note) return hanging(lead, text, width);
    const aside = safeLine(note, 1_000);
    const beside = `${lead}${text}${GAP} ${paint.dim(aside)}`;
    if (stringWidth(beside) <= width) return [beside];
    return [
      ...hanging(lead, text, width),
      ...indented(' '.repeat(stringWidth(lead)), aside, width, paint.dim),
    ];
  });
}

function tableLines({ columns, rows, empty }: Table, paint: Palette, width: number): string[] {
  if (rows.length === 0) return empty === '' ? [] : [paint.dim(empty)];
  const cells = rows.slice(0, MAX_ROWS).map((row) => row.map((cell) => safeLine(cell, MAX_CELL_CHARS)));
  const more = rows.length - cells.length;
  return [
    ...renderTable(columns, cells, { paint, width, gap: GAP.length, overflow: 'stack' }),
    ...(more > 0 ? [paint.dim(`… ${plural(more, 'more row')}`)] : []),
  ];
}

function codeLines(text: string, language: string, paint: Palette): string[] {
  const { lines, cut } = safeBlock(text, MAX_CODE_CHARS);
  const style = (line: string): string => {
    if (language !== 'diff') return line;
    if (/^(?:diff |index |--- |\+\+\+ |new |deleted |old )/.test(line)) return paint.strong(line);
    if (line.startsWith('@@')) return paint.accent(line);
    return line.startsWith('+') ? paint.good(line) : line.startsWith('-') ? paint.bad(line) : line;
  };
  return [...lines.map(style), ...(cut ? [paint.dim('…')] : [])];
}
