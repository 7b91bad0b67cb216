import { stat } from 'node:fs/promises';
import type { Host } from '../host/host.js';
import { UsageError } from '../model/errors.js';
import { DEFAULT_TASK_ID } from '../tasks/catalogue.js';
import type { CliIo } from './io.js';
import { type FoundTask, findTasks, type OpenTask } from './open-task.js';
import type { CheckFlags } from './options/check.js';
import { drawSeed } from './options/value-types.js';
import { splitList } from './options/words.js';

/** Adds a random seed for `--repo`, so that the same bug can be made again. */
export function withSeed(flags: CheckFlags): CheckFlags {
  return flags.repo === undefined ? flags : { ...flags, seed: flags.seed ?? drawSeed() };
}

/**
 * Finds the tasks of a command line: existing tasks, variants of them, or one made from the user's repository. None is
 * opened yet.
 *
 * @throws UsageError for a name that is no task
 */
export async function tasksToCheck(flags: CheckFlags, host: Host, io: CliIo): Promise<FoundTask[]> {
  const { repo, test, seed } = flags;
  if (repo !== undefined && test !== undefined) {
    return [{ name: repo, open: () => openRepo({ ...flags, repo, test, seed: seed ?? 0 }, host, io) }];
  }
  const tasks = await findTasks(await namesIn(flags.task ?? DEFAULT_TASK_ID), host);
  if (seed === undefined) return tasks;
  return tasks.map((base) => ({ ...base, open: () => openVariantOf(base, { ...flags, seed }, host, io) }));
}

/** Splits at commas, except when the whole text is an existing path. */
async function namesIn(text: string): Promise<string[]> {
  const exists = await stat(text).then(
    () => true,
    () => false,
  );
  return exists ? [text] : splitList(text);
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
  named: FoundTask,
  { seed, sandbox }: CheckFlags & { seed: number },
  host: Host,
  io: CliIo,
): Promise<OpenTask> {
  const { openVariant } = await import('./open-mutant.js');
  const base = await named.open();
  try {
    if (base.task.manifest.harbor) {
      throw new UsageError(
        `--seed makes variants only of tasks that name their tests; ${base.task.id} names none.`,
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
