import type { RunRecord } from '../../../model/record.js';
import { NOT_MEASURED } from '../format.js';
import { type ScoreRow, scoreRows } from '../score-rows.js';
import { html, type Markup } from './markup.js';

/** The seven published axes and our own two as cards; a bar is the longer the better. */
export function scoreCards(record: RunRecord): Markup {
  const rows = scoreRows(record).filter(({ label }) => label !== 'Overhead');
  return html`<ul class="cards">${rows.map(card)}</ul>
<p class="note">Bars: the longer, the better. Tokens and wall are drawn by their efficiency, blast as the share of expected changes. What was not measured has no bar and counts for nothing in Measured.</p>`;
}

function card({ label, value, phrase, tone, share }: ScoreRow): Markup {
  const none = value === NOT_MEASURED;
  const classes = ['card', tone ?? '', none ? 'absent' : '', COMPOSITES.has(label) ? 'composite' : ''];
  return html`<li class="${classes.filter(Boolean).join(' ')}"><h3>${label}</h3><p class="figure">${value}</p>
<div class="bar"${share === null ? html` data-none` : null}>${share === null ? null : html`<i style="width:${(share * 100).toFixed(1)}%"></i>`}</div>
<p class="phrase">${phrase}</p></li>`;
}

const COMPOSITES = new Set<string>(['Composite', 'Measured']);
