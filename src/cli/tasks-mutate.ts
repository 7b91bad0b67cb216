import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ExitCode, UsageError } from '../model/errors.js';
import { mutateRepo } from '../mutation/mutate-repo.js';
import { toJson } from '../reporters/documents/json.js';
import { safeLine } from '../reporters/text/sanitize.js';
import { drawSeed } from './draw-seed.js';
import { listenForInterrupt } from './interrupt.js';
import type { CliIo } from './io.js';
import { mutationProgress } from './mutation-progress.js';
import { mutationReport, mutationTable } from './mutation-report.js';
import { openHost } from './open-host.js';
import { openWorkbench } from './open-workbench.js';
import type { MutateFlags } from './options/tasks.js';

/** The `tasks mutate` command. Exit code 1 when fewer tasks were made than asked for. */
export async function tasksMutate(repo: string, flags: MutateFlags, io: CliIo): Promise<ExitCode> {
  const outDir = resolve(flags.out);
  await refuseUsedDir(outDir, flags.out);
  const seed = flags.seed ?? drawSeed();
  const interrupt = listenForInterrupt(() => {});
  const workbench = await openWorkbench(
    openHost(io),
    { name: 'mutation', mode: flags.sandbox, signal: interrupt.stop },
    io,
  );
  try {
    io.stderr.write(`Seed ${seed}.\n`);
    const result = await mutateRepo({
      ...{ repo, command: flags.test, seed, count: flags.count, language: flags.language ?? null, outDir },
      ...{ testTimeoutS: flags.testTimeout, workbench, lend: false },
      on: mutationProgress((line) => io.stderr.write(`${safeLine(line)}\n`)),
    });
    const report = mutationReport(result, { seed, command: flags.test, count: flags.count });
    io.stdout.write(flags.json ? toJson(report) : mutationTable(report));
    return result.written.length >= flags.count ? ExitCode.passed : ExitCode.failed;
  } catch (error) {
    if (!interrupt.stop.aborted) throw error;
    io.stderr.write('Interrupted: no task was written.\n');
    return ExitCode.interrupted;
  } finally {
    interrupt.dispose();
    await workbench.close();
  }
}

/** Tasks of another run are never mixed with these. */
async function refuseUsedDir(dir: string, named: string): Promise<void> {
  const entries = await readdir(dir).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? [] : [error.code],
  );
  if (entries.length === 0) return;
  throw new UsageError(`${named} is there already and not an empty directory.`, {
    code: 'usage.used_out_dir',
    fix: 'Give --out another directory.',
  });
}
