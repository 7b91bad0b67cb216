import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packTask } from '../src/tasks/pack.js';
import type { Task } from '../src/tasks/task.js';

/** Empties `outDir`, and packs each `<family>/<name>/` of `fixturesDir` into the same path of `outDir`. */
export async function packAllTasks(fixturesDir: string, outDir: string): Promise<Task[]> {
  await rm(outDir, { recursive: true, force: true });
  const families = await directoriesIn(fixturesDir);
  const ids = await Promise.all(
    families.map(async (family) =>
      (await directoriesIn(join(fixturesDir, family))).map((name) => join(family, name)),
    ),
  );
  return Promise.all(ids.flat().map((id) => packTask(join(fixturesDir, id), join(outDir, id))));
}

async function directoriesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
