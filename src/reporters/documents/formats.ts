import type { RunEvent } from '../../model/events.js';
import type { FormatId } from './format-ids.js';
import type { PageAssets } from './html/document.js';
import type { PageSource } from './page/cell-page.js';

/** The data of a saved run. Its parts are functions, since they are costly to read and no format needs all of them. */
export interface RunMaterial {
  page(): Promise<PageSource>;
  events(): AsyncIterable<RunEvent>;
  assets(): Promise<PageAssets>;
}

/** A document format for one run. */
export interface Format {
  id: FormatId;
  render(material: RunMaterial): Promise<string>;
}

/** Maximum bytes of a recording: in its own file, and inside a page. */
const CAST_BYTES = { file: 64 * 1024 * 1024, onPage: 100_000 };

/** Every format of `show` and of `check --reporter`. To add one, write its file, an entry here and its id in `format-ids.ts`. */
const formats: readonly Format[] = [
  {
    id: 'json',
    async render(material) {
      const { toJson } = await import('./json.js');
      return toJson((await material.page()).record);
    },
  },
  {
    id: 'markdown',
    async render(material) {
      const { markdownPage } = await import('./page/markdown-page.js');
      return markdownPage(await material.page());
    },
  },
  {
    id: 'html',
    async render(material) {
      const [{ cellHtml }, { asciicast }] = await Promise.all([
        import('./html/cell-html.js'),
        import('./asciicast.js'),
      ]);
      const page = await material.page();
      const cast = await asciicast(page.record, material.events(), { maxBytes: CAST_BYTES.onPage });
      return cellHtml({ ...page, cast }, await material.assets());
    },
  },
  {
    id: 'svg',
    async render(material) {
      const { badge } = await import('./badge.js');
      return badge((await material.page()).record);
    },
  },
  {
    id: 'junit',
    async render(material) {
      const { junit } = await import('./junit.js');
      return junit([(await material.page()).record]);
    },
  },
  {
    id: 'asciicast',
    async render(material) {
      const { asciicast } = await import('./asciicast.js');
      return asciicast((await material.page()).record, material.events(), { maxBytes: CAST_BYTES.file });
    },
  },
  {
    id: 'atif',
    async render(material) {
      const { atif } = await import('./atif.js');
      const { record } = await material.page();
      return atif(record, await instructionOf(material));
    },
  },
];

/** @throws Error for an unknown id. */
export function findFormat(id: FormatId): Format {
  const format = formats.find((candidate) => candidate.id === id);
  if (!format) throw new Error(`no such format: ${id}`);
  return format;
}

async function instructionOf(material: RunMaterial): Promise<string> {
  for await (const event of material.events()) if (event.type === 'run_started') return event.instruction;
  return '';
}
