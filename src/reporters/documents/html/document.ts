import { createHash } from 'node:crypto';
import type { PageAssets } from './assets.js';
import { html, Markup } from './markup.js';

export interface DocumentParts {
  title: string;
  body: Markup;
  /** Absent for a page that nothing moves on. */
  data: Markup | null;
}

/**
 * One self-contained file: nothing on it is fetched, and its policy lets nothing be. The one script that may run is
 * known by its hash; styles may be inline, since bars are placed by them.
 */
export function htmlDocument({ title, body, data }: DocumentParts, { css, script }: PageAssets): string {
  const style = css.replaceAll('</', '<\\/');
  const code = script.replaceAll(/<\/(?=script)/gi, '<\\/');
  const hash = createHash('sha256').update(code).digest('base64');
  const policy = [
    "default-src 'none'",
    // The player's terminal is WebAssembly.
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
