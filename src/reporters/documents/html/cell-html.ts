import type { RunRecord } from '../../../model/record.js';
import { badge } from '../badge.js';
import { score } from '../format.js';
import { cellPage, type PageSource } from '../page/cell-page.js';
import type { Block, Section } from '../page/section.js';
import { cellTitle, verdictView } from '../page/verdict-view.js';
import type { PageAssets } from './assets.js';
import { blockMarkup, tableMarkup } from './blocks.js';
import { diffView } from './diff-view.js';
import { htmlDocument } from './document.js';
import { html, jsonData, Markup } from './markup.js';
import type { ReplayData } from './replay-data.js';
import { scoreCards } from './score-cards.js';
import { timeSplit } from './time-split.js';
import { waterfall } from './waterfall.js';

export interface HtmlSource extends PageSource {
  /** Asciicast v2 of the run; null when there is none. */
  cast: string | null;
}

/** The cell page as one HTML file that needs nothing beside it. */
export function cellHtml(source: HtmlSource, assets: PageAssets): string {
  const { record } = source;
  const sections = cellPage(source);
  const trace = waterfall(record);
  const body = html`<a class="skip" href="#scores">Skip to the scores</a>
<div class="sheet with-contents">
${masthead(record)}
${contents(sections)}
<main>${sections.map((section) => sectionMarkup(section, source, trace?.markup ?? null))}</main>
<footer><p>${record.notice} · @codingagentbench/cli ${record.cli_version} · one self-contained file, nothing on it is fetched or sent</p></footer>
</div>`;
  const data: { replay: ReplayData | null; cast: string | null } = {
    replay: trace?.data ?? null,
    cast: source.cast,
  };
  return htmlDocument(
    { title: `${pageTitle(record)} · CodingAgentBench`, body, data: jsonData('run-data', data) },
    assets,
  );
}

function pageTitle(record: RunRecord): string {
  return `${record.demo ? 'DEMO ' : ''}${verdictView(record).word}: ${cellTitle(record)} · ${record.task_id}`;
}

function masthead(record: RunRecord): Markup {
  const { word, tone, sentences } = verdictView(record);
  const { composite, measured } = record.scores;
  const slash = record.task_id.indexOf('/');
  const [family, task] = [record.task_id.slice(0, slash), record.task_id.slice(slash + 1)];
  return html`<header class="masthead ${tone}">
<p class="brand">CodingAgentBench<span class="provisional">${record.notice}</span></p>
<div class="headline"><div>
<p class="verdict">${record.demo ? html`<span class="badge demo">DEMO</span>` : null}<span class="badge ${tone}">${word}</span></p>
<h1>${record.tui} <span class="times">×</span> ${record.model}</h1>
<p class="task">${slash > 0 ? html`<span>${family}</span>/` : null}<b>${task}</b></p>
${sentences.map((sentence) => html`<p class="sentence">${sentence}</p>`)}
${record.demo ? html`<p class="sentence">A scripted model played: this says nothing about any model.</p>` : null}
</div><dl class="composites"><div><dt>Composite</dt><dd>${score(composite.composite)}</dd><dd class="under">v0.1 formula, cost not counted</dd></div>
<div><dt>Measured</dt><dd>${score(measured.composite)}</dd><dd class="under">${measured.composite === null ? 'not scored' : `over ${measured.axes.length} measured axes`}</dd></div></dl></div>
${timeSplit(record)}
</header>`;
}

function contents(sections: readonly Section[]): Markup {
  return html`<nav aria-label="Sections"><ol>${sections.map(
    ({ id, title }) => html`<li><a href="#${id}">${title.replace(/ \(.*\)$/, '')}</a></li>`,
  )}</ol></nav>`;
}

function sectionMarkup(section: Section, source: HtmlSource, trace: Markup | null): Markup {
  const { id, title } = section;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${sectionBody(section, source, trace)}</section>`;
}

/** A section's own way of being drawn, or block by block. */
function sectionBody(
  { id, title, blocks }: Section,
  { record, patch, cast }: HtmlSource,
  trace: Markup | null,
): Markup {
  const plain = (list: readonly Block[]) => html`${list.map(blockMarkup)}`;
  switch (id) {
    case 'scores':
      return scoreCards(record);
    case 'changes':
      return html`${plain(blocks.filter((block) => block.kind !== 'code'))}${patch ? diffView(patch) : null}`;
    case 'replay':
      return html`${plain(blocks.slice(0, 1))}${trace}${plain(blocks.slice(trace === null ? 1 : 2))}`;
    case 'playback':
      return html`${cast === null ? null : html`<div id="terminal" class="terminal"><noscript><p class="empty">The player needs JavaScript.</p></noscript></div>`}${plain(blocks)}`;
    case 'calls':
      return html`${blocks.map((block) =>
        block.kind === 'table'
          ? tableMarkup(block.table, { label: title, sortable: true })
          : blockMarkup(block),
      )}`;
    case 'embed':
      return html`<p class="badge-preview">${new Markup(badge(record))}</p>${plain(blocks)}`;
    default:
      return html`${blocks.map((block) =>
        block.kind === 'table' ? tableMarkup(block.table, { label: title }) : blockMarkup(block),
      )}`;
  }
}
