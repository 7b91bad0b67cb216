import type { RunRecord } from '../../../model/record.js';
import { seconds } from '../format.js';
import { html, type Markup } from './markup.js';

interface Part {
  name: string;
  ms: number;
  className: string;
}

/** How the time of the run divides between endpoint, agent, tests and this program, as one bar. */
export function timeSplit(record: RunRecord): Markup | null {
  const parts = partsOf(record).filter(({ ms }) => ms > 0);
  const total = parts.reduce((sum, { ms }) => sum + ms, 0);
  if (total === 0) return null;
  const legend = parts.map(
    ({ name, ms, className }) => html`<li><i class="${className}"></i>${name} <b>${seconds(ms)}</b></li>`,
  );
  return html`<figure class="split"><figcaption>Where the time went</figcaption>
<div class="split-bar" aria-hidden="true">${parts.map(
    ({ ms, className }) => html`<i class="${className}" style="flex-grow:${ms.toFixed(0)}"></i>`,
  )}</div><ul class="legend">${legend}</ul></figure>`;
}

function partsOf({ scores, phases, overhead_ms }: RunRecord): Part[] {
  const { container_active_ms: agentMs, model_call_ms: modelMs } = scores.latency;
  if (agentMs === null) return [];
  const endpointMs = Math.min(modelMs ?? 0, agentMs);
  return [
    { name: 'endpoint', ms: endpointMs, className: 'endpoint' },
    {
      name: modelMs === null ? 'agent and endpoint' : 'agent itself',
      ms: agentMs - endpointMs,
      className: 'agent',
    },
    { name: 'tests', ms: phases.tests ?? 0, className: 'tests' },
    { name: 'this program', ms: overhead_ms ?? 0, className: 'own' },
  ];
}
