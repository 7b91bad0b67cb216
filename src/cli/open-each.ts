import { UsageError } from '../model/errors.js';
import { type CliIo, say } from './io.js';
import type { FoundTask, OpenTask } from './open-task.js';

/** A task that was named and cannot be run. */
export interface RefusedTask {
  /** As it was named, for nothing more is known of it. */
  name: string;
  /** In sentences: what it lacks, and what to do. */
  why: string;
}

export interface OpenedTasks {
  opened: OpenTask[];
  refused: RefusedTask[];
  close(): Promise<void>;
}

/**
 * Opens all before the first is run: what one of several lacks is known at once, and keeps none of the others from its
 * turn. Errors: those of the one task, when it is one; what is no UsageError.
 */
export async function openEach(found: readonly FoundTask[]): Promise<OpenedTasks> {
  const opened: OpenTask[] = [];
  const refused: RefusedTask[] = [];
  const close = async () => {
    await Promise.all(opened.map((task) => task.close()));
  };
  try {
    for (const { name, open } of found) {
      try {
        opened.push(await open());
      } catch (error) {
        if (!(error instanceof UsageError) || found.length === 1) throw error;
        refused.push({ name, why: `${error.message} ${error.fix}` });
      }
    }
    return { opened, refused, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A sentence for each, before the others take their time. */
export function sayRefused(refused: readonly RefusedTask[], io: Pick<CliIo, 'stderr'>): void {
  for (const { name, why } of refused) say(io.stderr, `${name} is left out: ${why}\n`);
}
