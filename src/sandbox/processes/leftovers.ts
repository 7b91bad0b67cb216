import { spawn } from 'node:child_process';
import { lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../host/remove-tree.js';
import { removeCgroups } from '../limits/cgroup.js';
import { killLeftovers } from './family.js';
import { makeAliveCheck, ownerFile, ownerText, readOwner } from './owner-file.js';

/** Writes the owner file of a run's temp dir, so that a later run can see whether its owner is alive. */
export async function claimRunDir(root: string, marker: string): Promise<void> {
  await writeFile(ownerFile(root), ownerText({ marker }), { mode: 0o600 });
}

/**
 * Cleans up after killed runs: kills their processes, removes their cgroups and temp dirs. Others can write to the temp
 * dir too, so it touches only real directories of this user with an owner file whose owner is dead. Ignores failures.
 */
export async function sweepLeftovers(tempDir: string, prefix: string): Promise<void> {
  const names = (await readdir(tempDir).catch(() => [])).filter((name) => name.startsWith(prefix));
  if (names.length === 0) return;
  const isAlive = makeAliveCheck();
  for (const name of names) {
    const root = join(tempDir, name);
    const owner = (await isOurs(root)) ? await readOwner(root) : null;
    if (owner?.marker === undefined || isAlive(owner)) continue;
    try {
      await killLeftovers(owner.marker);
      await removeCgroups(owner.marker);
      await removeTree(root);
    } catch {
      // The next run tries again.
    }
  }
}

/** Whether it is a real directory of this user. Windows has no owner ids, but a separate temp dir for each user. */
async function isOurs(root: string): Promise<boolean> {
  const stat = await lstat(root).catch(() => null);
  if (!stat?.isDirectory()) return false;
  return process.getuid === undefined || stat.uid === process.getuid();
}

export interface WatchdogOptions {
  nodePath: string;
  /** The built `watchdog.cjs`. */
  watchdogPath: string;
  /** Marker of the run's processes, which it kills when this program is killed. */
  marker: string;
}

/**
 * Starts a process that kills the run's other processes when this program dies without running its handlers (SIGKILL).
 * Returns a function that stops the watchdog.
 */
export function startWatchdog({ nodePath, watchdogPath, marker }: WatchdogOptions): () => void {
  const watchdog = spawn(nodePath, [watchdogPath, marker], {
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // If it cannot start, the next run cleans up.
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  return () => void watchdog.kill('SIGKILL');
}
