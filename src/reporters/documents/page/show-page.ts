import { palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { wrap } from '../../text/wrap.js';
import { cellPage, type PageSource } from './cell-page.js';
import { type PageStyle, terminalSections } from './terminal-page.js';
import { cellTitle, verdictView } from './verdict-view.js';

/** The whole cell page for a terminal. */
export function showPage(source: PageSource, style: PageStyle): string {
  const { record } = source;
  const paint = palette(style.colour);
  const { word, tone, sentences } = verdictView(record);
  const badge = (record.demo ? paint.badge('warn', 'DEMO') : '') + paint.badge(tone, word);
  const said = sentences.flatMap((sentence) => wrap(safeLine(sentence, 1_000), style.width - 3));
  const head = [
    '',
    `${badge}  ${paint.strong(safeLine(cellTitle(record)))}`,
    `   ${safeLine(record.task_id)}`,
    ...said.map((line) => `   ${line}`),
  ];
  const foot = ['', ` ${paint.accent(record.notice)}`];
  return `${[...head, ...terminalSections(cellPage(source), style), ...foot].join('\n')}\n`;
}
