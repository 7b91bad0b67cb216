import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** As this program names them; whatever else lies in the store is not its own to remove. */
const RUN_ID = /^[0-9a-f]{8}$/;

/** Removes the oldest finished runs of the store until `keep` are left. Runs under way, links and other files stay. */
export function pruneRuns(runsDir: string, keep: number): void {
  const finished = readdirSync(runsDir)
    .filter((name) => RUN_ID.test(name) && lstatSync(join(runsDir, name)).isDirectory())
    .flatMap((name) => {
      const record = lstatSync(join(runsDir, name, 'record.json'), { throwIfNoEntry: false });
      return record === undefined ? [] : [{ name, endedMs: record.mtimeMs }];
    })
    .sort((a, b) => b.endedMs - a.endedMs);
  for (const { name } of finished.slice(keep)) rmSync(join(runsDir, name), { recursive: true, force: true });
}
