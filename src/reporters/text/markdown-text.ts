import { safeBlock, safeLine } from './sanitize.js';

const MAX_CODE_CHARS = 6_000;

/** One line of Markdown text: nothing in it is markup, a link or a mention any more. */
export function inline(text: string, max = 400): string {
  return safeLine(text, max)
    .replace(/[\\`*_{}[\]<>#|~]/g, '\\$&')
    .replace(/&(?=[#\w]+;)/g, '\\&')
    .replace(/(@|:(?=\/\/)|www(?=\.))(?=\S)/gi, '$1<!-- -->');
}

/** One line as code, also in a table. */
export function codeSpan(text: string): string {
  const shown = safeLine(text, 200).replaceAll('|', '\\|');
  const ticks = '`'.repeat(longestRun(shown) + 1);
  return `${ticks}${shown.startsWith('`') || shown.endsWith('`') ? ` ${shown} ` : shown}${ticks}`;
}

/** Lines as a block of code, which nothing in them can end. */
export function fence(text: string, language: string): string[] {
  const { lines, cut } = safeBlock(text, MAX_CODE_CHARS);
  const ticks = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [ticks + language, ...lines, ...(cut ? ['…'] : []), ticks];
}

const longestRun = (text: string) => Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
