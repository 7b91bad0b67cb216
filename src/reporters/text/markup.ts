import { safeBlock } from './sanitize.js';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` for an element or a quoted attribute of HTML, SVG or XML. */
export function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** The same of an agent's text: controls out, at most `maxChars`. XML knows no escape for a control. */
export function safeMarkup(text: string, maxChars: number): string {
  const { lines, cut } = safeBlock(text, maxChars);
  return htmlText(lines.join('\n')) + (cut ? '…' : '');
}
