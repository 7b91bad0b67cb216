import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, UsageError } from '../model/errors.js';
import { nearest } from './nearest.js';
import { openPackedTask, PACKED } from './packed-task.js';
import type { Task } from './task.js';

/** The default of `--task`. It needs only Node and git. */
export const DEFAULT_TASK_ID = 'mutations/js-boundary-shift';

/** The bundled tasks. */
export interface Catalogue {
  /** Sorted. */
  ids: readonly string[];
  /** @throws UsageError `usage.unknown_task`, which suggests the nearest ids */
  find(id: string): Promise<Task>;
}

/**
 * Opens the directory of packed tasks, `<family>/<name>/`.
 *
 * @throws HarnessError `harness.no_tasks` when it has none
 */
export async function openCatalogue(packedDir: string): Promise<Catalogue> {
  const ids = await listIds(packedDir);
  if (ids.length === 0) {
    throw new HarnessError(`No tasks were found in ${packedDir}: this installation is incomplete.`, {
      code: 'harness.no_tasks',
      fix: 'Install the package again, or run the build.',
    });
  }
  return {
    ids,
    async find(id) {
      if (!ids.includes(id)) throw unknownTask(`There is no task ${id}.`, id, ids);
      return openPackedTask(join(packedDir, id));
    },
  };
}

async function listIds(packedDir: string): Promise<string[]> {
  const paths = await readdir(packedDir, { recursive: true }).catch(() => []);
  return paths
    .map((path) => path.split(/[\\/]/))
    .filter((parts) => parts.length === 3 && parts[2] === PACKED.head)
    .map(([family, name]) => `${family}/${name}`)
    .sort();
}

/**
 * The error for an unknown task, with the nearest ids.
 *
 * @param what the message
 */
export function unknownTask(what: string, name: string, ids: readonly string[]): UsageError {
  const near = nearest(name, ids);
  return new UsageError(what, {
    code: 'usage.unknown_task',
    fix: `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}All ${ids.length} are shown by: codingagentbench tasks list`,
  });
}
