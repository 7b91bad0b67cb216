import { safeBlock, safeLine } from './sanitize.js';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes `text` for an element or a quoted attribute of HTML, SVG or XML. */
export function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** Escapes untrusted text for HTML, SVG or XML; removes controls, which XML cannot escape, and cuts at `maxChars`. */
export function safeMarkup(text: string, maxChars: number): string {
  const { lines, cut } = safeBlock(text, maxChars);
  return htmlText(lines.join('\n')) + (cut ? '…' : '');
}

const MAX_CODE_CHARS = 6_000;

/** One line of Markdown in which nothing is markup, a link or a mention. */
export function markdownLine(text: string, max = 400): string {
  return safeLine(text, max)
    .replace(/[\\`*_{}[\]<>#|~]/g, '\\$&')
    .replace(/&(?=[#\w]+;)/g, '\\&')
    .replace(/(@|:(?=\/\/)|www(?=\.))(?=\S)/gi, '$1<!-- -->');
}

/** A Markdown code span, safe inside a table cell. */
export function codeSpan(text: string): string {
  const shown = safeLine(text, 200).replaceAll('|', '\\|');
  const ticks = '`'.repeat(longestRun(shown) + 1);
  return `${ticks}${shown.startsWith('`') || shown.endsWith('`') ? ` ${shown} ` : shown}${ticks}`;
}

/** A fenced Markdown code block; no line of `text` can close the fence. */
export function codeFence(text: string, language: string): string[] {
  const { lines, cut } = safeBlock(text, MAX_CODE_CHARS);
  const ticks = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [ticks + language, ...lines, ...(cut ? ['…'] : []), ticks];
}

const longestRun = (text: string) => Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
