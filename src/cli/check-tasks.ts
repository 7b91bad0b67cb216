import { stat } from 'node:fs/promises';
import type { Host } from '../host/host.js';
import { UsageError } from '../model/errors.js';
import { DEFAULT_TASK_ID } from '../tasks/catalogue.js';
import type { CliIo } from './io.js';
import { type FoundTask, findTasks, type OpenTask } from './open-task.js';
import type { CheckFlags } from './options/check.js';
import { drawSeed } from './options/value-types.js';
import { splitList } from './options/words.js';

/** A repository gets a seed, so that the same bug can be asked for again. */
export function withSeed(flags: CheckFlags): CheckFlags {
  return flags.repo === undefined ? flags : { ...flags, seed: flags.seed ?? drawSeed() };
}

/**
 * The tasks of a command line, each opened when its turn comes: those that are there, one made of the user's own code, or
 * variants. Errors: UsageError for a name that is no task.
 */
export async function tasksToCheck(flags: CheckFlags, host: Host, io: CliIo): Promise<FoundTask[]> {
  const { repo, test, seed } = flags;
  if (repo !== undefined && test !== undefined) {
    return [{ name: repo, open: () => openRepo({ ...flags, repo, test, seed: seed ?? 0 }, host, io) }];
  }
  const found = await findTasks(await namesIn(flags.task ?? DEFAULT_TASK_ID), host);
  if (seed === undefined) return found;
  return found.map((base) => ({ ...base, open: () => openVariantOf(base, { ...flags, seed }, host, io) }));
}

/** A directory may have a comma in its name. */
async function namesIn(text: string): Promise<string[]> {
  const isThere = await stat(text).then(
    () => true,
    () => false,
  );
  return isThere ? [text] : splitList(text);
}

async function openRepo(
  flags: CheckFlags & { repo: string; test: string; seed: number },
  host: Host,
  io: CliIo,
): Promise<OpenTask> {
  const { openRepoTask } = await import('./open-mutant.js');
  return openRepoTask(flags, host, io);
}

async function openVariantOf(
  found: FoundTask,
  { seed, sandbox }: CheckFlags & { seed: number },
  host: Host,
  io: CliIo,
): Promise<OpenTask> {
  const { openVariant } = await import('./open-mutant.js');
  const base = await found.open();
  try {
    if (base.task.manifest.harbor) {
      throw new UsageError(
        `--seed makes variants of tasks that name their tests, and ${base.task.id} names none.`,
        {
          code: 'usage.seed_without_tests',
          fix: 'Leave --seed out.',
        },
      );
    }
    const variant = await openVariant({ base, seed, sandbox }, host, io);
    return { ...variant, close: () => Promise.all([variant.close(), base.close()]).then(() => {}) };
  } catch (error) {
    await base.close();
    throw error;
  }
}
