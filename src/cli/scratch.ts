import { randomBytes } from 'node:crypto';
import { rm, rmdir } from 'node:fs/promises';
import { makeTempDir } from '../host/temp-dir.js';
import { claimedDir } from '../run/run-dirs.js';

/** A temp dir of this command's own, which a later run sweeps when this one is killed. */
export async function openScratch(
  tempDir: string,
  name: string,
): Promise<{ dir: string; close(): Promise<void> }> {
  const dir = await claimedDir(tempDir, name, `${name}-${randomBytes(8).toString('hex')}`);
  return { dir, close: () => rm(dir, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 }) };
}

/** Before a run's record is begun: a run without a temp dir leaves none. Errors: UsageError. */
export async function tryTempDir(tempDir: string): Promise<void> {
  await rmdir(await makeTempDir(tempDir, 'codingagentbench-try-'));
}
