import { createHash } from 'node:crypto';
import { html, Markup } from './markup.js';

/** The style and script of the pages, with the terminal player in them, as the build made them. */
export interface PageAssets {
  css: string;
  script: string;
}

export interface DocumentParts {
  title: string;
  body: Markup;
  /** Input of the script; null for a page without animation. */
  data: Markup | null;
}

/**
 * One self-contained HTML file. It fetches nothing, and its content security policy forbids fetching. Only the script with
 * the given hash may run. Inline styles are allowed, since they set the size of the bars.
 */
export function htmlDocument({ title, body, data }: DocumentParts, { css, script }: PageAssets): string {
  const style = css.replaceAll('</', '<\\/');
  const code = script.replaceAll(/<\/(?=script)/gi, '<\\/');
  const hash = createHash('sha256').update(code).digest('base64');
  const policy = [
    "default-src 'none'",
    // The terminal player runs WebAssembly.
    `script-src 'sha256-${hash}' 'wasm-unsafe-eval'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${body}
${data}
<script>${new Markup(code)}</script>
</body>
</html>
`;
  return page.text;
}
