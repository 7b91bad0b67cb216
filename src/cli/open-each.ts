import { UsageError } from '../model/errors.js';
import { type CliIo, say } from './io.js';
import type { FoundTask, OpenTask } from './open-task.js';

/** A named task that cannot be run. */
export interface RefusedTask {
  /** The name that the user gave. */
  name: string;
  /** Sentences: what is wrong, and what to do. */
  why: string;
}

export interface OpenedTasks {
  opened: OpenTask[];
  refused: RefusedTask[];
  close(): Promise<void>;
}

/**
 * Opens all tasks before the first is run, so that a bad one is reported at once. With several tasks, a bad one does not
 * stop the others.
 *
 * @throws UsageError when the only task is bad
 */
export async function openEach(tasks: readonly FoundTask[]): Promise<OpenedTasks> {
  const opened: OpenTask[] = [];
  const refused: RefusedTask[] = [];
  const close = async () => {
    await Promise.all(opened.map((task) => task.close()));
  };
  try {
    for (const { name, open } of tasks) {
      try {
        opened.push(await open());
      } catch (error) {
        if (!(error instanceof UsageError) || tasks.length === 1) throw error;
        refused.push({ name, why: `${error.message} ${error.fix}` });
      }
    }
    return { opened, refused, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reports the refused tasks on stderr. */
export function sayRefused(refused: readonly RefusedTask[], io: Pick<CliIo, 'stderr'>): void {
  for (const { name, why } of refused) say(io.stderr, `${name} is left out: ${why}\n`);
}
