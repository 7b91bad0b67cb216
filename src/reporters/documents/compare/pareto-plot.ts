import { html, type Markup } from '../html/markup.js';
import { cellTitle } from '../verdict-text.js';
import type { AgentModelPair } from './comparison.js';

export interface Axis {
  title: string;
  of: (pair: AgentModelPair) => number | null;
  format: (value: number | null) => string;
}

const [WIDTH, HEIGHT] = [460, 300];
const BOX = { left: 46, right: 16, top: 16, bottom: 44 };

/** Plots pass rate against a cost, with the Pareto front; null when no pair has both numbers. */
export function paretoPlot(pairs: readonly AgentModelPair[], axis: Axis): Markup | null {
  const points = pairs.flatMap((pair) => {
    const [cost, rate] = [axis.of(pair), pair.passRate];
    return cost === null || rate === null ? [] : [{ pair, cost, rate }];
  });
  if (points.length === 0) return null;
  const top = Math.max(...points.map(({ cost }) => cost)) * 1.15 || 1;
  const x = (cost: number) => BOX.left + (cost / top) * (WIDTH - BOX.left - BOX.right);
  const y = (rate: number) => HEIGHT - BOX.bottom - rate * (HEIGHT - BOX.top - BOX.bottom);
  const at = (value: number) => value.toFixed(1);
  const front = points
    .filter(
      (a) =>
        !points.some(
          (b) => b !== a && b.cost <= a.cost && b.rate >= a.rate && (b.cost < a.cost || b.rate > a.rate),
        ),
    )
    .sort((a, b) => a.cost - b.cost);
  const path = front
    .map(({ cost, rate }, i) => `${i === 0 ? 'M' : 'L'}${at(x(cost))} ${at(y(rate))}`)
    .join('');
  const label = `Pass rate against ${axis.title}: ${points.map(({ pair, cost, rate }) => `${cellTitle(pair)} ${Math.round(rate * 100)} % at ${axis.format(cost)}`).join('; ')}`;
  return html`<figure class="plot"><figcaption>Pass rate against ${axis.title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}" fill="currentColor">
${[0, 0.5, 1].map(
  (rate) =>
    html`<line x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${at(y(rate))}" y2="${at(y(rate))}" stroke="var(--line)"/><text x="${BOX.left - 6}" y="${at(y(rate) + 4)}" text-anchor="end">${rate * 100} %</text>`,
)}
${[0, 0.5, 1].map(
  (share) =>
    html`<text x="${at(x(top * share))}" y="${HEIGHT - BOX.bottom + 18}" text-anchor="${share === 1 ? 'end' : 'middle'}">${axis.format(top * share)}</text>`,
)}
<text x="${WIDTH / 2}" y="${HEIGHT - 6}" text-anchor="middle">${axis.title}</text>
<path d="${path}" fill="none" stroke="var(--accent)" stroke-width="1.5"/>
${points.map(
  (point) =>
    html`<circle cx="${at(x(point.cost))}" cy="${at(y(point.rate))}" r="5" fill="${front.includes(point) ? 'var(--accent)' : 'var(--own)'}"/>`,
)}
${placeLabels(
  points.map(({ pair, cost, rate }) => ({ text: cellTitle(pair).slice(0, 60), x: x(cost), y: y(rate) })),
).map(
  ({ text, x, y, anchor }) =>
    html`<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="var(--ink)">${text}</text>`,
)}
</svg></figure>`;
}

/** Upper bounds of the size of a label: pixels per letter and per line. */
const [LETTER, LINE] = [7, 15];

/** Positions for the labels: beside their points, moved towards the middle until none overlaps another. */
function placeLabels(points: ReadonlyArray<{ text: string; x: number; y: number }>) {
  const taken: Array<{ from: number; to: number; y: number }> = [];
  return points.map(({ text, ...point }) => {
    const left = point.x > WIDTH * 0.6;
    const x = point.x + (left ? -9 : 9);
    const [from, to] = left ? [x - text.length * LETTER, x] : [x, x + text.length * LETTER];
    const down = point.y < HEIGHT / 2;
    let y = point.y + (down ? LINE + 1 : -8);
    while (taken.some((label) => Math.abs(label.y - y) < LINE && label.from < to && from < label.to))
      y += down ? LINE : -LINE;
    taken.push({ from, to, y });
    return { text, x, y, anchor: left ? 'end' : 'start' };
  });
}
