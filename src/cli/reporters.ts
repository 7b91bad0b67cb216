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
  /** Null: what fits the terminal. */
  live: LiveId | null;
  /** What stdout gets in place of the score card. */
  stdout: FormatId | null;
  files: ReadonlyArray<{ format: FormatId; file: string }>;
}

/** What all reporters together come to. Errors: UsageError when two want one place, or a file has no directory. */
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
  for (const [place, names] of [
    ['the terminal', live],
    ['stdout', stdout],
  ] as const) {
    if (new Set(names).size < 2) continue;
    throw new UsageError(`Two reporters want ${place}: ${names.join(' and ')}.`, {
      code: 'usage.reporter_conflict',
      fix: 'Give one of them a file, as in --reporter html=report.html.',
    });
  }
  // Before the run, whose result would otherwise have nowhere to go. One by one: two may name the same file.
  for (const { file } of files) await tryOut(file);
  return { live: live[0] ?? null, stdout: stdout[0] ?? null, files };
}

/** Before anything runs. Errors: UsageError for a format that is of one cell. */
export function refuseFormatsOfOne({ stdout, files }: Reporting): void {
  if (stdout !== null) sweepDocument(stdout);
  for (const { format } of files) sweepDocument(format);
}

/** Writes what has been run in a format. */
type Render = (format: FormatId) => Promise<string>;

/** Writes the reports of a sweep that is over and saved. */
export async function writeReports({ stdout, files }: Reporting, render: Render, io: CliIo): Promise<void> {
  if (stdout !== null) putDocument(io.stdout, await render(stdout));
  for (const { format, file } of files) await writeResult(await render(format), file, io);
}

/** One cell is written as `show` writes it. */
export const renderCell =
  (run: FreshRun, host: Host): Render =>
  async (format) => {
    const [{ findFormat }, { freshMaterial }] = await Promise.all([
      import('../reporters/documents/formats.js'),
      import('./run-material.js'),
    ]);
    return findFormat(format).render(freshMaterial(run, host));
  };

export const renderSweep =
  (sweep: SweepRecord, host: Host): Render =>
  (format) =>
    sweepDocument(format)(sweep, host);

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

/** Errors: UsageError for a format that is of one cell. */
function sweepDocument(format: FormatId): Document {
  const document = DOCUMENTS[format];
  if (document) return document;
  throw new UsageError(`--reporter ${format} writes one cell, and this command runs several.`, {
    code: 'usage.reporter_of_one',
    fix: `Several are written by ${Object.keys(DOCUMENTS).join(', ')}; \`codingagentbench show RUN --format ${format}\` writes one of them later.`,
  });
}

/** Inside GitHub Actions: an annotation a cell, and Markdown in the step's summary. A fault there fails no run. */
export async function tellGithub(
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
