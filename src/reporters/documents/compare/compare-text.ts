import { PROVISIONAL } from '../../../model/record.js';
import { palette } from '../../text/palette.js';
import { markdownSections } from '../page/markdown-page.js';
import { type PageStyle, terminalSections } from '../page/terminal-page.js';
import { compareSections } from './compare-sections.js';
import type { Comparison } from './comparison.js';

const DEMO = 'DEMO: a scripted model played. This says nothing about any model.';

/** The comparison for a terminal. */
export function compareText(comparison: Comparison, style: PageStyle): string {
  const paint = palette(style.colour);
  const foot = [
    ...(comparison.demo ? ['', ` ${paint.warn(DEMO)}`] : []),
    '',
    ` ${paint.accent(PROVISIONAL)}`,
  ];
  return `${[...terminalSections(compareSections(comparison), style), ...foot].join('\n')}\n`;
}

/** The comparison as Markdown, to be pasted. */
export function compareMarkdown(comparison: Comparison): string {
  const demo = comparison.demo ? [`**${DEMO}**`, ''] : [];
  return `${[...markdownSections(compareSections(comparison)), ...demo, `_${PROVISIONAL}_`].join('\n')}\n`;
}
