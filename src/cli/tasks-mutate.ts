import { readdir, rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { systemErrorText } from '../host/system-error.js';
import { ExitCode, UsageError } from '../model/errors.js';
import { mutateRepo } from '../mutation/mutate-repo.js';
import { toJson } from '../reporters/documents/json.js';
import { safeLine } from '../reporters/text/sanitize.js';
import { listenForInterrupt } from './interrupt.js';
import { type CliIo, putDocument, say } from './io.js';
import { mutationProgress } from './mutation-progress.js';
import { mutationReport, mutationTable } from './mutation-report.js';
import { openHost } from './open-host.js';
import { openWorkbench } from './open-workbench.js';
import type { MutateFlags } from './options/tasks.js';
import { drawSeed } from './options/value-types.js';

/** The `tasks mutate` command. Exit code 1 when fewer tasks were made than asked for. */
export async function tasksMutate(repo: string, flags: MutateFlags, io: CliIo): Promise<ExitCode> {
  const outDir = resolve(flags.out);
  await refuseUsedDir(outDir, flags.out);
  const isNew = await makeOutDir(outDir, flags.out);
  const seed = flags.seed ?? drawSeed();
  const interrupt = listenForInterrupt(() => {});
  let close = async () => {};
  try {
    const workbench = await openWorkbench(
      openHost(io),
      { name: 'mutation', mode: flags.sandbox, signal: interrupt.stop },
      io,
    );
    close = workbench.close;
    say(io.stderr, `Seed ${seed}.\n`);
    const result = await mutateRepo({
      ...{ repo, command: flags.test, seed, count: flags.count, language: flags.language ?? null, outDir },
      ...{ testTimeoutS: flags.testTimeout, workbench, inPlace: false },
      on: mutationProgress((line) => say(io.stderr, `${safeLine(line)}\n`)),
    });
    const report = mutationReport(result, { seed, command: flags.test, count: flags.count });
    if (flags.json) putDocument(io.stdout, toJson(report));
    else say(io.stdout, mutationTable(report));
    return result.written.length >= flags.count ? ExitCode.passed : ExitCode.failed;
  } catch (error) {
    if (!interrupt.stop.aborted) throw error;
    say(io.stderr, 'Interrupted: no task was written.\n');
    return ExitCode.interrupted;
  } finally {
    interrupt.dispose();
    await close();
    // Fails, as it should, when the directory has tasks.
    if (isNew) await rmdir(outDir).catch(() => {});
  }
}

/** @throws UsageError when the directory has files: tasks of two runs must not be mixed */
async function refuseUsedDir(dir: string, named: string): Promise<void> {
  const entries = await readdir(dir).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? [] : [error.code],
  );
  if (entries.length === 0) return;
  throw new UsageError(`${named} already exists and is not an empty directory.`, {
    code: 'usage.used_out_dir',
    fix: 'Give --out another directory.',
  });
}

/**
 * Makes the directory before the tests run, so that no work is lost. Returns whether it was missing.
 *
 * @throws UsageError when it cannot be made
 */
async function makeOutDir(dir: string, named: string): Promise<boolean> {
  try {
    return await makeDir(dir);
  } catch (cause) {
    throw new UsageError(`No task can be written to ${named}: ${systemErrorText(cause)}.`, {
      code: 'usage.bad_out_dir',
      fix: 'Give --out a directory that can be written to.',
      cause,
    });
  }
}
