import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { UsageError } from '../model/errors.js';
import type { HiddenFile } from '../tasks/task.js';

/** The files below `prefix`, with the prefix cut off. */
export function filesBelow(files: ReadonlyMap<string, HiddenFile>, prefix: string): Map<string, HiddenFile> {
  return new Map(
    [...files]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, file]) => [path.slice(prefix.length), file]),
  );
}

/** Writes a task's files below `dir`, read-only. */
export async function writeGivenFiles(dir: string, files: ReadonlyMap<string, HiddenFile>): Promise<void> {
  await makeDir(dir);
  for (const [path, { content, executable }] of files) {
    if (path.startsWith('/') || path.split('/').includes('..')) {
      throw new UsageError(`The task's archive has a file outside itself: ${path}.`, {
        code: 'usage.bad_task',
        fix: 'Pack the task again.',
      });
    }
    const file = join(dir, path);
    await makeDir(dirname(file));
    await writeFile(file, content, { mode: executable ? 0o555 : 0o444 });
  }
}
