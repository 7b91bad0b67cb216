import { UsageError } from '../model/errors.js';
import type { FormatId } from '../reporters/documents/format-ids.js';
import type { RunMaterial } from '../reporters/documents/formats.js';
import type { CliIo } from './io.js';
import { isLive, type LiveId, type Reporter } from './reporter-flag.js';
import { putDocument } from './say.js';
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

/** Writes the reports of a run that is over and saved. */
export async function writeReports(
  { stdout, files }: Reporting,
  material: RunMaterial,
  io: CliIo,
): Promise<void> {
  if (stdout === null && files.length === 0) return;
  const { findFormat } = await import('../reporters/documents/formats.js');
  if (stdout !== null) putDocument(io.stdout, await findFormat(stdout).render(material));
  for (const { format, file } of files)
    await writeResult(await findFormat(format).render(material), file, io);
}
