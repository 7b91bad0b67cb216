import type { Host } from '../host/host.js';
import { UsageError } from '../model/errors.js';
import type { SweepRecord } from '../model/sweep-record.js';
import type { FormatId } from '../reporters/documents/format-ids.js';
import type { CliIo } from './io.js';
import type { Reporting } from './reporters.js';
import { putDocument } from './say.js';
import { writeResult } from './write-result.js';

type Document = (sweep: SweepRecord, host: Host) => Promise<string>;

/** How several cells are written down together. */
const DOCUMENTS: Partial<Record<FormatId, Document>> = {
  async json(sweep) {
    const { toJson } = await import('../reporters/documents/json.js');
    return toJson(sweep);
  },
  async junit({ cells, not_started }) {
    const { junit } = await import('../reporters/documents/junit.js');
    return junit(cells, not_started);
  },
  async markdown(sweep) {
    const { compareMarkdown } = await import('../reporters/documents/compare/compare-text.js');
    return compareMarkdown(await comparisonOf(sweep));
  },
  async html(sweep, host) {
    const [{ compareHtml }, { pageAssets }] = await Promise.all([
      import('../reporters/documents/html/compare-html.js'),
      import('./run-material.js'),
    ]);
    return compareHtml(await comparisonOf(sweep), await pageAssets(host.pageDir));
  },
};

async function comparisonOf({ cells }: SweepRecord) {
  const [{ compareResults }, { resultOf }] = await Promise.all([
    import('../reporters/documents/compare/comparison.js'),
    import('../reporters/documents/compare/cell-result.js'),
  ]);
  return compareResults(cells.map(resultOf));
}

/** The document of that format for several cells. Errors: UsageError for a format that is of one cell. */
export function sweepDocument(format: FormatId): Document {
  const document = DOCUMENTS[format];
  if (document) return document;
  throw new UsageError(`--reporter ${format} writes one cell, and this command runs several.`, {
    code: 'usage.reporter_of_one',
    fix: `Several are written by ${Object.keys(DOCUMENTS).join(', ')}; \`codingagentbench show RUN --format ${format}\` writes one of them later.`,
  });
}

/** Writes the reports of a sweep that is over. */
export async function writeSweepReports(
  { stdout, files }: Reporting,
  sweep: SweepRecord,
  host: Host,
  io: CliIo,
): Promise<void> {
  if (stdout !== null) putDocument(io.stdout, await sweepDocument(stdout)(sweep, host));
  for (const { format, file } of files) await writeResult(await sweepDocument(format)(sweep, host), file, io);
}
