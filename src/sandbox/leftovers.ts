import { lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readStoredFile } from '../host/regular-file.js';
import { removeTree } from '../host/remove-tree.js';
import { removeCgroups } from './limits/cgroup.js';
import { killLeftovers } from './processes/family.js';
import { listProcesses } from './processes/table.js';

/** In every run's temp dir: whose it is. A kept workspace has none any more. */
const OWNER_FILE = 'owner.json';

const ownerSchema = z.object({
  pid: z.int(),
  /** Of that process, as the system's table has it: a pid alone may be another's by now. */
  start_time: z.string(),
  /** In the environment of every process of the run. */
  marker: z.string(),
});

export function ownerFile(root: string): string {
  return join(root, OWNER_FILE);
}

/** Claims a run's temp dir for this process, so that a later run can tell whether its owner is alive. */
export async function claimRunDir(root: string, marker: string): Promise<void> {
  const own = listProcesses().find(({ pid }) => pid === process.pid);
  const owner: z.infer<typeof ownerSchema> = { pid: process.pid, start_time: own?.startTime ?? '', marker };
  await writeFile(ownerFile(root), JSON.stringify(owner), { mode: 0o600 });
}

/**
 * Ends what runs that were killed have left: their processes and their temp dirs. Only real directories of this user
 * that such an owner file claims, and whose owner is dead, are touched: others can write to a temp dir too. What cannot
 * be cleared away stays, and fails nothing.
 */
export async function sweepLeftovers(tempDir: string, prefix: string): Promise<void> {
  const names = (await readdir(tempDir).catch(() => [])).filter((name) => name.startsWith(prefix));
  if (names.length === 0) return;
  const alive = new Map(listProcesses().map(({ pid, startTime }) => [pid, startTime]));
  for (const name of names) {
    const root = join(tempDir, name);
    const owner = await readOwner(root);
    if (owner === null || alive.get(owner.pid) === owner.start_time) continue;
    try {
      await killLeftovers(owner.marker);
      await removeCgroups(owner.marker);
      await removeTree(root);
    } catch {
      // The next run tries again.
    }
  }
}

/** An owner file holds some hundred bytes. */
const MAX_OWNER_BYTES = 4096;

/** Who claims a directory; null where it is not for this user to clear away, or nobody does. */
async function readOwner(root: string): Promise<z.infer<typeof ownerSchema> | null> {
  try {
    const stat = await lstat(root);
    // Windows tells no owner, and gives every user a temp dir of their own.
    const isOurs = process.getuid === undefined || stat.uid === process.getuid();
    if (!stat.isDirectory() || !isOurs) return null;
    const text = await readStoredFile(ownerFile(root), { maxBytes: MAX_OWNER_BYTES });
    return ownerSchema.parse(JSON.parse(text.toString('utf8')));
  } catch {
    return null;
  }
}
