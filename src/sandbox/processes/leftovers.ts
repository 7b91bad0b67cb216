import { spawn } from 'node:child_process';
import { lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../host/remove-tree.js';
import { removeCgroups } from '../limits/cgroup.js';
import { killLeftovers } from './family.js';
import { makeAliveCheck, ownerFile, ownerText, readOwner } from './owner-file.js';

/** Claims a run's temp dir for this process, so that a later run can tell whether its owner is alive. */
export async function claimRunDir(root: string, marker: string): Promise<void> {
  await writeFile(ownerFile(root), ownerText({ marker }), { mode: 0o600 });
}

/**
 * Ends what runs that were killed have left: their processes and their temp dirs. Only real directories of this user
 * that such an owner file claims, and whose owner is dead, are touched: others can write to a temp dir too. What cannot
 * be cleared away stays, and fails nothing.
 */
export async function sweepLeftovers(tempDir: string, prefix: string): Promise<void> {
  const names = (await readdir(tempDir).catch(() => [])).filter((name) => name.startsWith(prefix));
  if (names.length === 0) return;
  const lives = makeAliveCheck();
  for (const name of names) {
    const root = join(tempDir, name);
    const owner = (await isOurs(root)) ? await readOwner(root) : null;
    if (owner?.marker === undefined || lives(owner)) continue;
    try {
      await killLeftovers(owner.marker);
      await removeCgroups(owner.marker);
      await removeTree(root);
    } catch {
      // The next run tries again.
    }
  }
}

/** A real directory of this user's. Windows tells no owner, and gives every user a temp dir of their own. */
async function isOurs(root: string): Promise<boolean> {
  const stat = await lstat(root).catch(() => null);
  if (!stat?.isDirectory()) return false;
  return process.getuid === undefined || stat.uid === process.getuid();
}

export interface WatchdogOptions {
  nodePath: string;
  /** The built `watchdog.cjs`. */
  watchdogPath: string;
  /** Of the run whose processes it ends when this program is killed. */
  marker: string;
}

/**
 * Starts a process that ends the run's other processes once this one is killed beyond any handler's reach. Returns
 * what calls it off.
 */
export function startWatchdog({ nodePath, watchdogPath, marker }: WatchdogOptions): () => void {
  const dog = spawn(nodePath, [watchdogPath, marker], {
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it, the next run's sweep remains.
  dog.on('error', () => {});
  dog.stdin.on('error', () => {});
  dog.unref();
  return () => void dog.kill('SIGKILL');
}
