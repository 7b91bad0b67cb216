import { codeFence, codeSpan, markdownLine } from '../../text/escape.js';
import { NOT_MEASURED, plural } from '../format.js';
import { cellTitle, verdictText } from '../verdict-text.js';
import { cellPage, type PageSource } from './cell-page.js';
import type { Block, Field, Section, Table } from './section.js';

/** These keep a page below the 65,536 characters that an issue or a comment may have. */
const MAX_CELL_CHARS = 600;
const MAX_ROWS = 60;

/** The summary, with the other sections of the cell page folded below it. */
export function markdownPage(source: PageSource): string {
  const [scores, ...rest] = cellPage(source);
  if (!scores) throw new Error('a page has a section of scores');
  return `${[...summary(source, scores), ...rest.flatMap(folded)].join('\n')}\n`;
}

function summary(source: PageSource, scores: Section): string[] {
  const { record } = source;
  const { word, sentences } = verdictText(record);
  const marks = { PASSED: '✅', FAILED: '❌', 'NOT SCORED': '⚠️' };
  return [
    `### ${marks[word]} ${record.demo ? 'DEMO · ' : ''}${word} · ${markdownLine(cellTitle(record))} · ${codeSpan(record.task_id)}`,
    '',
    ...sentences.flatMap((sentence) => [`> ${markdownLine(sentence, 1_000)}`, '']),
    ...scores.blocks.flatMap(blockLines),
    `_${record.notice}_ · run ${codeSpan(record.run_id)} · ${markdownLine(conditions(source))}`,
    '',
  ];
}

function conditions({ record }: PageSource): string {
  const agent = [record.tui, record.tui_version].filter((part) => part !== null).join(' ');
  return [
    agent,
    record.sandbox === 'none' ? 'no sandbox' : record.sandbox,
    `@codingagentbench/cli ${record.cli_version}`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

/** Sections under headings, not folded. */
export function markdownSections(sections: readonly Section[]): string[] {
  return sections.flatMap(({ title, blocks }) => [
    `#### ${markdownLine(title)}`,
    '',
    ...blocks.flatMap(blockLines),
  ]);
}

function folded({ title, blocks }: Section): string[] {
  return [
    '<details>',
    `<summary>${markdownLine(title)}</summary>`,
    '',
    ...blocks.flatMap(blockLines),
    '</details>',
    '',
  ];
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'fields':
      return fieldLines(block.fields);
    case 'table':
      return tableLines(block.table);
    case 'code':
      return [`${markdownLine(block.title)}:`, '', ...codeFence(block.text, block.language), ''];
    case 'prose':
      return [markdownLine(block.text, 2_000), ''];
  }
}

function fieldLines(list: readonly Field[]): string[] {
  const rows = list.map(({ label, value, note = '' }) => [label, value ?? NOT_MEASURED, note]);
  return tableLines({
    columns: ['', '', ''].map((title) => ({ title, kind: 'text' })),
    rows,
    empty: '',
  });
}

function tableLines({ columns, rows, empty }: Table): string[] {
  if (rows.length === 0) return empty === '' ? [] : [`_${markdownLine(empty)}_`, ''];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const shown = rows
    .slice(0, MAX_ROWS)
    .map((row) => line(row.map((cell) => markdownLine(cell, MAX_CELL_CHARS))));
  const more = rows.length - shown.length;
  return [
    line(columns.map(({ title }) => markdownLine(title))),
    line(columns.map(({ kind }) => (kind === 'number' ? '--:' : ':--'))),
    ...shown,
    '',
    ...(more > 0 ? [`_… ${plural(more, 'more row')}_`, ''] : []),
  ];
}
