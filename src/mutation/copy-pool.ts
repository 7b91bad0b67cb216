import { rm } from 'node:fs/promises';
import type { GradingCopy } from '../grading/fresh-copy.js';

/** Copies in which one build goes on from the last. */
export interface CopyPool {
  /** Lends one that nobody else has, made when there is none. One in which `work` throws is done away with. */
  use<T>(work: (copy: GradingCopy) => Promise<T>): Promise<T>;
}

/** Begins with copies that have been built. */
export function copyPool(
  built: readonly GradingCopy[],
  freshCopy: (name: string) => Promise<GradingCopy>,
): CopyPool {
  const idle = [...built];
  return {
    async use(work) {
      const copy = idle.shift() ?? (await freshCopy('warm'));
      try {
        const result = await work(copy);
        idle.push(copy);
        return result;
      } catch (error) {
        await removeCopy(copy);
        throw error;
      }
    },
  };
}

export function removeCopy({ dir }: GradingCopy): Promise<void> {
  return rm(dir, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
}
