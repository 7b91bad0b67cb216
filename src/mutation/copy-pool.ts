import type { GradingCopy } from '../grading/fresh-copy.js';
import { removeTree } from '../host/remove-tree.js';

/** A pool of warm copies: each keeps its build output, so that the next build is incremental. */
export interface CopyPool {
  /** Lends a copy to `work`, and makes a new one when none is free. A copy is removed when `work` throws. */
  use<T>(work: (copy: GradingCopy) => Promise<T>): Promise<T>;
}

/** A pool that starts with copies that are built already. */
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
  return removeTree(dir);
}
