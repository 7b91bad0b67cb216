import { appendFile } from 'node:fs/promises';
import type { Host } from '../host/host.js';
import { UsageError } from '../model/errors.js';
import type { RunRecord } from '../model/record.js';
import type { SweepRecord } from '../model/sweep-record.js';
import type { FormatId } from '../reporters/documents/format-ids.js';
import { type CliIo, putDocument, say } from './io.js';
import { isLive, type LiveId, type Reporter } from './reporter-flag.js';
import type { FreshRun } from './run-material.js';
import { tryOut, writeResult } from './write-result.js';

/** What `check` shows and writes. */
export interface Reporting {
  /** Null: chosen by the terminal. */
  live: LiveId | null;
  /** The format on stdout, instead of the score card. */
  stdout: FormatId | null;
  files: ReadonlyArray<{ format: FormatId; file: string }>;
}

/**
 * Combines all `--reporter` flags.
 *
 * @throws UsageError when two reporters write to the same output, or a file cannot be written
 */
export async function planReporting(flags: {
  reporter?: readonly Reporter[];
  json?: true;
}): Promise<Reporting> {
  const reporters = flags.reporter ?? [];
  const live = reporters.flatMap(({ name }) => (isLive(name) ? [name] : []));
  const stdout = reporters.flatMap(({ name, file }) => (file === null && !isLive(name) ? [name] : []));
  if (flags.json && !stdout.includes('json')) stdout.push('json');
  const files = reporters.flatMap(({ name, file }) =>
    file === null || isLive(name) ? [] : [{ format: name, file }],
  );
  for (const [output, names] of [
    ['the terminal', live],
    ['stdout', stdout],
  ] as const) {
    if (new Set(names).size < 2) continue;
    throw new UsageError(`Two reporters write to ${output}: ${names.join(' and ')}.`, {
      code: 'usage.reporter_conflict',
      fix: 'Give one of them a file, as in --reporter html=report.html.',
    });
  }
  // Before the run, so that its result is not lost. One by one, because two may name the same file.
  for (const { file } of files) await tryOut(file);
  return { live: live[0] ?? null, stdout: stdout[0] ?? null, files };
}

/** @throws UsageError for a format that can hold only one cell */
export function refuseSingleCellFormats({ stdout, files }: Reporting): void {
  if (stdout !== null) sweepDocument(stdout);
  for (const { format } of files) sweepDocument(format);
}

/** Renders the finished run or sweep in a format. */
type Render = (format: FormatId) => Promise<string>;

/**
 * Writes the reports of a finished and saved sweep.
 *
 * @throws UsageError when a file cannot be written
 */
export async function writeReports({ stdout, files }: Reporting, render: Render, io: CliIo): Promise<void> {
  if (stdout !== null) putDocument(io.stdout, await render(stdout));
  for (const { format, file } of files) await writeResult(await render(format), file, io);
}

/** Renders one cell as `show` does. */
export const renderCell =
  (run: FreshRun, host: Host): Render =>
  async (format) => {
    const [{ findFormat }, { freshMaterial }] = await Promise.all([
      import('../reporters/documents/formats.js'),
      import('./run-material.js'),
    ]);
    return findFormat(format).render(freshMaterial(run, host));
  };

/**
 * Renders several cells in one document.
 *
 * @throws UsageError for a format that can hold only one cell
 */
export const renderSweep =
  (sweep: SweepRecord, host: Host): Render =>
  (format) =>
    sweepDocument(format)(sweep, host);

type Document = (sweep: SweepRecord, host: Host) => Promise<string>;

/** The formats that can hold several cells. */
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
    const { compareMarkdown } = await import('../reporters/documents/compare/compare-formats.js');
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

/** @throws UsageError for a format that can hold only one cell */
function sweepDocument(format: FormatId): Document {
  const document = DOCUMENTS[format];
  if (document) return document;
  throw new UsageError(`--reporter ${format} writes one cell, and this command runs several.`, {
    code: 'usage.reporter_of_one',
    fix: `Several are written by ${Object.keys(DOCUMENTS).join(', ')}; \`codingagentbench show RUN --format ${format}\` writes one of them later.`,
  });
}

/** In GitHub Actions: writes one annotation per cell, and Markdown to the step summary. A failure is only reported. */
export async function reportToGithub(
  cells: readonly RunRecord[],
  markdown: () => Promise<string>,
  io: CliIo,
): Promise<void> {
  const { githubAnnotation } = await import('../reporters/documents/github.js');
  for (const record of cells) say(io.stderr, githubAnnotation(record));
  const file = io.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  await appendFile(file, await markdown()).catch((error: unknown) => {
    say(
      io.stderr,
      `The step summary ${file} cannot be written: ${error instanceof Error ? error.message : error}\n`,
    );
  });
}

export const inGithub = ({ env }: CliIo): boolean => env.GITHUB_ACTIONS === 'true';
