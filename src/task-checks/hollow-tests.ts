import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeSnapshot } from '../grading/snapshot.js';
import { matchGlobs } from '../tasks/globs.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { Act } from './attempt.js';

/** The cheat that fits every task: empties the files that hold its tests, and cuts off tests inside sources. */
export function hollowTests({
  protected: globs,
  test_regions,
}: Pick<TaskManifest, 'protected' | 'test_regions'>): Act {
  return {
    kind: 'files',
    async edit(workspace) {
      const { entries } = await takeSnapshot(workspace);
      const isProtected = matchGlobs(globs);
      const files = [...entries].filter(([path, { type }]) => type === 'file' && isProtected(path));
      for (const [path] of files) await writeFile(join(workspace, path), '');
      for (const { file, from } of test_regions) {
        const lines = (await readFile(join(workspace, file), 'utf8')).split('\n');
        const start = lines.findIndex((line) => line.trim() === from.trim());
        if (start >= 0) await writeFile(join(workspace, file), `${lines.slice(0, start).join('\n')}\n`);
      }
    },
  };
}
