import { codeSpan, fence, inline } from '../../text/markdown-text.js';
import { NOT_MEASURED, plural } from '../format.js';
import { cellPage, type PageSource } from './cell-page.js';
import type { Block, Field, Section, Table } from './section.js';
import { cellTitle, verdictView } from './verdict-view.js';

/** An issue or a comment takes 65,536 characters; the folded sections share what the summary leaves. */
const MAX_CELL_CHARS = 600;
const MAX_ROWS = 60;

/** The summary, to be pasted anywhere; the rest of the cell page is folded below it. */
export function markdownPage(source: PageSource): string {
  const [scores, ...rest] = cellPage(source);
  if (!scores) throw new Error('a page has a section of scores');
  return `${[...summary(source, scores), ...rest.flatMap(folded)].join('\n')}\n`;
}

function summary(source: PageSource, scores: Section): string[] {
  const { record } = source;
  const { word, sentences } = verdictView(record);
  const marks = { PASSED: '✅', FAILED: '❌', 'NOT SCORED': '⚠️' };
  return [
    `### ${marks[word]} ${record.demo ? 'DEMO · ' : ''}${word} · ${inline(cellTitle(record))} · ${codeSpan(record.task_id)}`,
    '',
    ...sentences.flatMap((sentence) => [`> ${inline(sentence, 1_000)}`, '']),
    ...scores.blocks.flatMap(blockLines),
    `_${record.notice}_ · run ${codeSpan(record.run_id)} · ${inline(conditions(source))}`,
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

/** Sections open, under headings. */
export function markdownSections(sections: readonly Section[]): string[] {
  return sections.flatMap(({ title, blocks }) => [
    `#### ${inline(title)}`,
    '',
    ...blocks.flatMap(blockLines),
  ]);
}

function folded({ title, blocks }: Section): string[] {
  return [
    '<details>',
    `<summary>${inline(title)}</summary>`,
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
      return [`${inline(block.title)}:`, '', ...fence(block.text, block.language), ''];
    case 'prose':
      return [inline(block.text, 2_000), ''];
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
  if (rows.length === 0) return empty === '' ? [] : [`_${inline(empty)}_`, ''];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const shown = rows.slice(0, MAX_ROWS).map((row) => line(row.map((cell) => inline(cell, MAX_CELL_CHARS))));
  const more = rows.length - shown.length;
  return [
    line(columns.map(({ title }) => inline(title))),
    line(columns.map(({ kind }) => (kind === 'number' ? '--:' : ':--'))),
    ...shown,
    '',
    ...(more > 0 ? [`_… ${plural(more, 'more row')}_`, ''] : []),
  ];
}
