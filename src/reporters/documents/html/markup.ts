import { safeMarkup } from '../../text/escape.js';

/** Safe HTML. The `html` tag makes it; call the constructor only with trusted text. */
export class Markup {
  constructor(readonly text: string) {}
}

type Content = Markup | string | number | null | false | readonly Content[];

/** Maximum length of one text of a run on a page. */
const MAX_TEXT_CHARS = 20_000;

/** Template tag that escapes its values and removes their controls, except for markup; null and false become empty. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(strings.reduce((text, part, i) => text + contentText(values[i - 1] ?? null) + part));
}

function contentText(content: Content): string {
  if (content === null || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return safeMarkup(content, MAX_TEXT_CHARS);
  return content.map(contentText).join('');
}

/** Input for the script of the page, in an element that browsers do not execute. */
export function jsonData(id: string, data: unknown): Markup {
  const json = JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new Markup(`<script type="application/json" id="${id}">${json}</script>`);
}
