import { safeMarkup } from '../../text/markup.js';

/** HTML that is safe as it stands: only the `html` tag makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

type Content = Markup | string | number | null | false | readonly Content[];

/** No text of a run is longer than this on a page. */
const MAX_TEXT_CHARS = 20_000;

/** A template whose values are escaped and rid of controls, unless they are markup already; null and false are nothing. */
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

/** Data for the page's own script, inside an element that no browser runs. */
export function jsonData(id: string, data: unknown): Markup {
  const json = JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new Markup(`<script type="application/json" id="${id}">${json}</script>`);
}
