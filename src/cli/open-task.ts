import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findGit } from '../host/git.js';
import type { Host } from '../host/host.js';
import { openCommandDir } from '../sandbox/claimed-dir.js';
import { type Catalogue, openCatalogue, unknownTask } from '../tasks/catalogue.js';
import { checkOutSource, parseGitSource } from '../tasks/git-source.js';
import { isGlob, matchGlobs } from '../tasks/globs.js';
import { loadTaskDirectory } from '../tasks/pack.js';
import { localPath, relatedGitDirs } from '../tasks/related-git-dirs.js';
import type { Task } from '../tasks/task.js';

export interface OpenTask {
  task: Task;
  /** Hold the solution and the hidden tests: the agent must not see them. */
  secretDirs: string[];
  close(): Promise<void>;
}

/** A task that was named, and is opened when its turn comes. */
export interface FoundTask {
  /** Its id, or its directory. */
  name: string;
  open(): Promise<OpenTask>;
}

/**
 * The tasks of a list of names: ids and globs of bundled ones, directories of one task or of several, git sources of the
 * same. No name is every bundled task. Errors: UsageError for a name that is no task.
 */
export async function findTasks(names: readonly string[], host: Host): Promise<FoundTask[]> {
  const catalogue = await openCatalogue(host.tasksDir);
  const bundled = (id: string): FoundTask => ({
    name: id,
    open: async () => ({
      task: await catalogue.find(id),
      secretDirs: ownRepository(host),
      close: async () => {},
    }),
  });
  if (names.length === 0) return catalogue.ids.map(bundled);
  const found: FoundTask[] = [];
  for (const name of names) {
    const source = parseGitSource(name);
    if (source) {
      const local = localPath(source.url);
      const beside = local === null ? [] : [local, ...relatedGitDirs(local)];
      const { git } = await findGit(host.env);
      const dir = await checkOutSource(source, { git, host });
      found.push(...(await inDirectory(dir, name, host, beside)));
    } else if (await isDirectory(name)) found.push(...(await inDirectory(resolve(name), name, host)));
    else found.push(...(await idsOf(name, catalogue)).map(bundled));
  }
  return found.filter((task, index) => found.findIndex(({ name }) => name === task.name) === index);
}

async function idsOf(name: string, catalogue: Catalogue): Promise<string[]> {
  if (!isGlob(name)) return [(await catalogue.find(name)).id];
  const ids = catalogue.ids.filter(matchGlobs([name]));
  if (ids.length > 0) return ids;
  throw unknownTask(`No task matches ${name}.`, name, catalogue.ids);
}

/** How deep tasks may lie below a directory of several, as `<family>/<name>` does. */
const MAX_DEPTH = 3;

async function inDirectory(
  dir: string,
  given: string,
  host: Host,
  beside: readonly string[] = [],
): Promise<FoundTask[]> {
  const below = (await isTask(dir)) ? [dir] : await tasksBelow(dir, MAX_DEPTH);
  // A directory without any is opened all the same, and says what it lacks.
  const dirs = below.length > 0 ? below : [dir];
  return dirs.map((each) => ({
    name: dirs.length === 1 ? given : each,
    open: () => openDirectory(each, host, beside),
  }));
}

/** @param beside what else holds the task's files, such as the repository that it was checked out from */
async function openDirectory(dir: string, host: Host, beside: readonly string[]): Promise<OpenTask> {
  // It holds the solution: the next run removes it, should this one be killed.
  const { dir: packed, close } = await openCommandDir(host.tempDir, 'task');
  try {
    return {
      task: await loadTaskDirectory(dir, packed),
      secretDirs: [dir, packed, ...relatedGitDirs(dir), ...beside],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Of somebody who works on this program: its repository holds the hidden cases of the bundled tasks. */
function ownRepository({ packageRoot }: Host): string[] {
  return existsSync(join(packageRoot, '.git')) ? relatedGitDirs(packageRoot) : [];
}

async function tasksBelow(dir: string, depth: number): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const dirs = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => join(dir, name))
    .sort();
  const found: string[] = [];
  for (const each of dirs) {
    if (await isTask(each)) found.push(each);
    else if (depth > 1) found.push(...(await tasksBelow(each, depth - 1)));
  }
  return found;
}

async function isTask(dir: string): Promise<boolean> {
  return stat(join(dir, 'task.toml')).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
