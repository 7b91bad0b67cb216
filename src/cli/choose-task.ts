import type { Host } from '../host/host.js';
import { UsageError } from '../model/errors.js';
import { drawSeed } from './draw-seed.js';
import type { CliIo } from './io.js';
import { type OpenTask, openTask } from './open-task.js';
import type { CheckFlags } from './options/check.js';

/** A repository gets a seed, so that the same bug can be asked for again. */
export function withSeed(flags: CheckFlags): CheckFlags {
  return flags.repo === undefined ? flags : { ...flags, seed: flags.seed ?? drawSeed() };
}

/** A task that is there, one made of the user's own code, or a variant. */
export async function chooseTask(flags: CheckFlags, host: Host, io: CliIo): Promise<OpenTask> {
  if (flags.repo === undefined && flags.seed === undefined) return openTask(flags.task, host);
  const { openRepoTask, openVariant } = await import('./open-mutant.js');
  const { repo, test, seed = 0, sandbox } = flags;
  if (repo !== undefined && test !== undefined) return openRepoTask({ ...flags, repo, test, seed }, host, io);
  const base = await openTask(flags.task, host);
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
