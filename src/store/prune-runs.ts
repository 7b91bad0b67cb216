import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mapBounded } from '../host/map-bounded.js';
import { removeTree } from '../host/remove-tree.js';
import { readOwner, whoLives } from '../sandbox/processes/owner-file.js';

/** As this program names them; whatever else lies in the store is not its own to remove. */
const RUN_ID = /^[0-9a-f]{8}$/;

/** Somebody may be about to look at what ended so lately, however many ended since. */
const YOUNG_MS = 60 * 60 * 1000;

/**
 * Removes the oldest finished runs of the store until `keep` are left. Runs under way, those that ended within the last
 * hour, those of a command that still runs, links and other files stay, and so does what cannot be removed.
 */
export async function pruneRuns(runsDir: string, keep: number, nowMs: number): Promise<void> {
  const names = (await readdir(runsDir).catch(() => [])).filter((name) => RUN_ID.test(name));
  const finished = (await mapBounded(names, (name) => finishedRun(join(runsDir, name))))
    .filter((run) => run !== null)
    .sort((a, b) => b.endedMs - a.endedMs);
  const old = finished.slice(keep).filter(({ endedMs }) => nowMs - endedMs > YOUNG_MS);
  if (old.length === 0) return;
  const lives = whoLives();
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
