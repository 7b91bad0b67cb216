import { PROVISIONAL } from '../../../model/record.js';
import { compareSections } from '../compare/compare-sections.js';
import type { Comparison } from '../compare/comparison.js';
import { paretoPlot } from '../compare/pareto-plot.js';
import { integer, plural, seconds } from '../format.js';
import { blockMarkup, tableMarkup } from './blocks.js';
import { htmlDocument, type PageAssets } from './document.js';
import { html } from './markup.js';

/** A comparison as one self-contained HTML file. */
export function compareHtml(comparison: Comparison, assets: PageAssets): string {
  const { players, cells, demo } = comparison;
  const plots = [
    paretoPlot(players, {
      title: 'tokens per correct task',
      of: (pair) => pair.tokensPerCorrect,
      format: integer,
    }),
    paretoPlot(players, { title: 'wall time', of: (pair) => pair.wallMs, format: seconds }),
  ].filter((plot) => plot !== null);
  const body = html`<div class="sheet"><header class="masthead">
<p class="brand">CodingAgentBench<span class="provisional">${PROVISIONAL}</span></p>
${demo ? html`<p class="verdict"><span class="badge demo">DEMO</span></p>` : null}
<h1>${plural(cells.length, 'cell')} side by side</h1>
${demo ? html`<p class="sentence">A scripted model played: this says nothing about any model.</p>` : null}
</header><main>
${compareSections(comparison).map(
  ({
    id,
    title,
    blocks,
  }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${id === 'players' && plots.length > 0 ? html`<div class="plots">${plots}</div>` : null}
${blocks.map((block) => (block.kind === 'table' ? tableMarkup(block.table, { label: title, sortable: true }) : blockMarkup(block)))}</section>`,
)}
</main><footer><p>${PROVISIONAL} · one self-contained file, nothing on it is fetched or sent</p></footer></div>`;
  return htmlDocument({ title: 'Comparison · CodingAgentBench', body, data: null }, assets);
}
