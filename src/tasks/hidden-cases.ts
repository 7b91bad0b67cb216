import * as z from 'zod/mini';
import { UsageError } from '../model/errors.js';
import type { HiddenCase, HiddenFile } from './task.js';

/** Where a task keeps its hidden cases; everything else in that directory is the driver. */
export const HIDDEN_CASES = 'tests/hidden/cases.json';

const casesSchema = z
  .array(z.strictObject({ name: z.string(), input: z.unknown(), expected: z.unknown() }))
  .check(z.minLength(1));

/** The hidden cases among a task's secret files, in order. Errors: UsageError naming the file, and `where` it is. */
export function readHiddenCases(files: ReadonlyMap<string, HiddenFile>, where: string): HiddenCase[] {
  const file = files.get(HIDDEN_CASES);
  try {
    return casesSchema.parse(JSON.parse(Buffer.from(file?.content ?? []).toString('utf8')));
  } catch (cause) {
    throw new UsageError(
      `${where}: ${HIDDEN_CASES} ${file ? 'is not a list of hidden cases' : 'is missing'}.`,
      {
        code: 'usage.bad_task',
        fix: 'Write it as [{"name": …, "input": …, "expected": …}, …], or take [hidden] out of task.toml.',
        cause,
      },
    );
  }
}
