import type { RunRecord } from '../../model/record.js';
import { safeMarkup } from '../text/escape.js';
import { cellTitle, compositePercent, verdictText } from './verdict-text.js';

/** White text on these has a contrast of at least 4.5 to 1. */
const FILLS = { good: '#1a7f37', bad: '#b42318', warn: '#6b5a00' } as const;
const DEMO_FILL = '#6b4fbb';
const LABEL_FILL = '#24292f';
const NOTICE_FILL = '#57606a';
const HEIGHT = 20;
const PAD = 7;

interface Part {
  text: string;
  fill: string;
}

/** The result as a small SVG: the composite in percent, always with the word `provisional`. */
export function badge(record: RunRecord): string {
  const { word, tone } = verdictText(record);
  const demo: Part[] = record.demo ? [{ text: 'DEMO', fill: DEMO_FILL }] : [];
  const parts: Part[] = [
    { text: 'CodingAgentBench', fill: LABEL_FILL },
    ...demo,
    { text: compositePercent(record) ?? word.toLowerCase(), fill: FILLS[tone] },
    { text: 'provisional', fill: NOTICE_FILL },
  ];
  const title = `${cellTitle(record)}, ${record.task_id}: ${word.toLowerCase()}`;
  const label = `${title}, ${parts.map(({ text }) => text).join(' ')}`;
  let x = 0;
  const shapes = parts.map(({ text, fill }) => {
    const width = Math.round(textWidth(text)) + 2 * PAD;
    const left = x;
    x += width;
    return [
      `<rect x="${left}" width="${width}" height="${HEIGHT}" fill="${fill}"/>`,
      `<text x="${left + width / 2}" y="14" textLength="${width - 2 * PAD}">${text}</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${x}" height="${HEIGHT}" role="img" aria-label="${safeMarkup(label, 400)}">`,
    `<title>${safeMarkup(label, 400)}</title>`,
    `<clipPath id="r"><rect width="${x}" height="${HEIGHT}" rx="4"/></clipPath>`,
    '<g clip-path="url(#r)" fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">',
    ...shapes,
    '</g></svg>',
    '',
  ].join('\n');
}

/** Approximate width in Verdana at 11 px; the `textLength` attribute makes the drawn text fit it exactly. */
function textWidth(text: string): number {
  return [...text].reduce(
    (sum, char) => sum + (/[A-Z%]/.test(char) ? 8.2 : /[il.]/.test(char) ? 3.6 : 6.7),
    0,
  );
}
