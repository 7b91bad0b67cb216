import { mkdtempSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../model/errors.js';
import { systemErrorText } from './system-error.js';

/** Makes a directory of this user's alone in the user's temp dir. Errors: UsageError `usage.bad_temp_dir`. */
export async function makeTempDir(tempDir: string, prefix: string): Promise<string> {
  return mkdtemp(join(tempDir, prefix)).catch((cause: unknown) => {
    throw badTempDir(tempDir, cause);
  });
}

/** The same, before it returns. */
export function makeTempDirSync(tempDir: string, prefix: string): string {
  try {
    return mkdtempSync(join(tempDir, prefix));
  } catch (cause) {
    throw badTempDir(tempDir, cause);
  }
}

/**
 * Makes a directory there and removes it again.
 *
 * @throws UsageError `usage.bad_temp_dir`
 */
export async function tryTempDir(tempDir: string): Promise<void> {
  await rmdir(await makeTempDir(tempDir, 'codingagentbench-try-'));
}

export function badTempDir(tempDir: string, cause: unknown): UsageError {
  return new UsageError(`No temporary directory can be made in ${tempDir}: ${systemErrorText(cause)}.`, {
    code: 'usage.bad_temp_dir',
    fix: 'Set TMPDIR to a directory that you can write to.',
    cause,
  });
}
