import type { RunRecord } from '../../../model/record.js';
import { badge } from '../badge.js';
import { NOT_MEASURED, score } from '../format.js';
import { cellPage, type PageSource } from '../page/cell-page.js';
import type { Block, Section } from '../page/section.js';
import { type ScoreRow, scoreRows } from '../score-rows.js';
import { cellTitle, verdictText } from '../verdict-text.js';
import { blockMarkup, tableMarkup } from './blocks.js';
import { diffView } from './diff-view.js';
import { htmlDocument, type PageAssets } from './document.js';
import { html, jsonData, Markup } from './markup.js';
import type { ReplayData } from './replay-data.js';
import { timeSplit } from './time-split.js';
import { waterfall } from './waterfall.js';

export interface HtmlSource extends PageSource {
  /** Asciicast v2 of the run; null when there is none. */
  cast: string | null;
}

/** The cell page as one self-contained HTML file. */
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
  return `${record.demo ? 'DEMO ' : ''}${verdictText(record).word}: ${cellTitle(record)} · ${record.task_id}`;
}

function masthead(record: RunRecord): Markup {
  const { word, tone, sentences } = verdictText(record);
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

/** The markup of a section: its own, or the default of its blocks. */
function sectionBody(
  { id, title, blocks }: Section,
  { record, patch, cast }: HtmlSource,
  trace: Markup | null,
): Markup {
  const byBlock = (list: readonly Block[]) => html`${list.map(blockMarkup)}`;
  switch (id) {
    case 'scores':
      return scoreCards(record);
    case 'changes':
      return html`${byBlock(blocks.filter((block) => block.kind !== 'code'))}${patch ? diffView(patch) : null}`;
    case 'replay':
      return html`${byBlock(blocks.slice(0, 1))}${trace}${byBlock(blocks.slice(trace === null ? 1 : 2))}`;
    case 'playback':
      return html`${cast === null ? null : html`<div id="terminal" class="terminal"><noscript><p class="empty">The player needs JavaScript.</p></noscript></div>`}${byBlock(blocks)}`;
    case 'calls':
      return html`${blocks.map((block) =>
        block.kind === 'table'
          ? tableMarkup(block.table, { label: title, sortable: true })
          : blockMarkup(block),
      )}`;
    case 'embed':
      return html`<p class="badge-preview">${new Markup(badge(record))}</p>${byBlock(blocks)}`;
    default:
      return html`${blocks.map((block) =>
        block.kind === 'table' ? tableMarkup(block.table, { label: title }) : blockMarkup(block),
      )}`;
  }
}

/** The axes as cards; a longer bar is better. */
function scoreCards(record: RunRecord): Markup {
  const rows = scoreRows(record).filter(({ label }) => label !== 'Overhead');
  return html`<ul class="cards">${rows.map(card)}</ul>
<p class="note">Longer bars are better. Tokens and wall show their efficiency, blast the share of expected changes. An axis that was not measured has no bar and does not count in Measured.</p>`;
}

function card({ label, value, phrase, tone, share }: ScoreRow): Markup {
  const none = value === NOT_MEASURED;
  const classes = ['card', tone ?? '', none ? 'absent' : '', COMPOSITES.has(label) ? 'composite' : ''];
  return html`<li class="${classes.filter(Boolean).join(' ')}"><h3>${label}</h3><p class="figure">${value}</p>
<div class="bar"${share === null ? html` data-none` : null}>${share === null ? null : html`<i style="width:${(share * 100).toFixed(1)}%"></i>`}</div>
<p class="phrase">${phrase}</p></li>`;
}

const COMPOSITES = new Set<string>(['Composite', 'Measured']);
