import { NOT_MEASURED, plural } from '../format.js';
import type { Block, Column, Field, Table } from '../page/section.js';
import { html, type Markup } from './markup.js';

/** These keep a page below one megabyte for any run. */
const MAX_ROWS = 300;
const MAX_TABLE_CHARS = 45_000;
const MAX_CELL_CHARS = 12_000;

/** The default markup of a block; a section may have its own. */
export function blockMarkup(block: Block): Markup {
  switch (block.kind) {
    case 'fields':
      return fieldsMarkup(block.fields);
    case 'table':
      return tableMarkup(block.table);
    case 'code':
      return codeMarkup(block.title, block.text);
    case 'prose':
      return html`<p class="prose">${block.text}</p>`;
  }
}

function fieldsMarkup(list: readonly Field[]): Markup {
  return html`<dl class="fields">${list.map(
    ({ label, value, note }) =>
      html`<div><dt>${label}</dt><dd>${
        value === null
          ? html`<span class="none">${NOT_MEASURED}</span>`
          : html`<span class="value">${value}</span>`
      }${note ? html` <small>${note}</small>` : null}</dd></div>`,
  )}</dl>`;
}

/** A code block with a button that copies it. */
export function codeMarkup(title: string, text: string): Markup {
  return html`<figure class="code"><figcaption>${title}<button type="button" class="copy" hidden>Copy</button></figcaption>
<pre tabindex="0" aria-label="${title}"><code>${text}</code></pre></figure>`;
}

export interface TableOptions {
  /** Name of the table for screen readers. */
  label?: string;
  /** Rows can be sorted by clicking on a column title. */
  sortable?: boolean;
}

export function tableMarkup(
  { columns, rows, empty }: Table,
  { label = '', sortable = false }: TableOptions = {},
): Markup {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const shown = rowsWithin(rows);
  const more = rows.length - shown.length;
  const head = columns.map(
    ({ title, kind }) =>
      html`<th scope="col" class="${kind}">${sortable ? html`<button type="button" class="sort">${title}</button>` : title}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label || (columns[0]?.title ?? 'table')}">
<table${sortable ? html` class="sortable"` : null}><thead><tr>${head}</tr></thead><tbody>${shown.map((row) => html`<tr>${row.map((cell, i) => cellMarkup(cell, columns[i]))}</tr>`)}</tbody></table></div>
${more > 0 ? html`<p class="empty">… ${plural(more, 'more row')}; all are in record.json.</p>` : null}`;
}

/** The first rows that fit the limits; at least one. */
function rowsWithin(rows: Table['rows']): Table['rows'] {
  let room = MAX_TABLE_CHARS;
  const end = rows.findIndex((row) => {
    room -= row.reduce((sum, cell) => sum + Math.min(cell.length, MAX_CELL_CHARS) + 12, 0);
    return room < 0;
  });
  return rows.slice(0, Math.min(MAX_ROWS, end < 0 ? rows.length : Math.max(1, end)));
}

function cellMarkup(cell: string, column: Column | undefined): Markup {
  const kind = column?.kind ?? 'text';
  if (kind === 'long' && cell.length > 160)
    return html`<td class="long"><details><summary>${cell.slice(0, 120)}…</summary><pre>${cell.slice(0, MAX_CELL_CHARS)}</pre></details></td>`;
  return html`<td class="${kind}">${cell.slice(0, 1_000)}</td>`;
}
