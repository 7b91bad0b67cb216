import * as z from 'zod/mini';
import { UsageError } from '../model/errors.js';
import type { HiddenCase, HiddenFile } from './task.js';

/** Path of the hidden cases in a task. Other files in that directory belong to the driver. */
export const HIDDEN_CASES = 'tests/hidden/cases.json';

const casesSchema = z
  .array(z.strictObject({ name: z.string(), input: z.unknown(), expected: z.unknown() }))
  .check(z.minLength(1));

/**
 * Reads the hidden cases from the files of a task, in order.
 *
 * @param where the task, for the error message
 * @throws UsageError `usage.bad_task` when they are missing or invalid
 */
export function readHiddenCases(files: ReadonlyMap<string, HiddenFile>, where: string): HiddenCase[] {
  const file = files.get(HIDDEN_CASES);
  try {
    return casesSchema.parse(JSON.parse(Buffer.from(file?.content ?? []).toString('utf8')));
  } catch (cause) {
    throw new UsageError(
      `${where}: ${HIDDEN_CASES} ${file ? 'is not a list of hidden cases' : 'is missing'}.`,
      {
        code: 'usage.bad_task',
        fix: 'Write it as [{"name": …, "input": …, "expected": …}, …], or remove [hidden] from task.toml.',
        cause,
      },
    );
  }
}
