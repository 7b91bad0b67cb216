import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mapBounded } from '../host/map-bounded.js';
import { removeTree } from '../host/remove-tree.js';
import { makeAliveCheck, readOwner } from '../sandbox/processes/owner-file.js';

/** The names that this program gives to runs. Everything else in the store belongs to the user. */
const RUN_ID = /^[0-9a-f]{8}$/;

/** A user may still want to look at a run that ended so recently. */
const YOUNG_MS = 60 * 60 * 1000;

/**
 * Removes the oldest finished runs of the store until `keep` are left. Keeps unfinished runs, runs that ended within the
 * last hour, runs whose command still runs, links and other files. Ignores what cannot be removed.
 */
export async function pruneRuns(runsDir: string, keep: number, nowMs: number): Promise<void> {
  const names = (await readdir(runsDir).catch(() => [])).filter((name) => RUN_ID.test(name));
  const finished = (await mapBounded(names, (name) => finishedRun(join(runsDir, name))))
    .filter((run) => run !== null)
    .sort((a, b) => b.endedMs - a.endedMs);
  const old = finished.slice(keep).filter(({ endedMs }) => nowMs - endedMs > YOUNG_MS);
  if (old.length === 0) return;
  const lives = makeAliveCheck();
  for (const { dir } of old) {
    const owner = await readOwner(dir);
    if (owner !== null && lives(owner)) continue;
    // Another command may be removing the same one.
    await removeTree(dir).catch(() => {});
  }
}

async function finishedRun(dir: string): Promise<{ dir: string; endedMs: number } | null> {
  try {
    if (!(await lstat(dir)).isDirectory()) return null;
    return { dir, endedMs: (await lstat(join(dir, 'record.json'))).mtimeMs };
  } catch {
    return null;
  }
}
