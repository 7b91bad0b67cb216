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
  /** Directories with the solution and the hidden tests: the agent must not see them. */
  secretDirs: string[];
  close(): Promise<void>;
}

/** A named task that is not opened yet. */
export interface FoundTask {
  /** Its id, or its directory. */
  name: string;
  open(): Promise<OpenTask>;
}

/**
 * Finds tasks by name: ids and globs of bundled tasks, directories with one or more tasks, and git sources of the same.
 * Without names, all bundled tasks.
 *
 * @throws UsageError for a name that is no task
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
  const tasks: FoundTask[] = [];
  for (const name of names) {
    const source = parseGitSource(name);
    if (source) {
      const local = localPath(source.url);
      const origins = local === null ? [] : [local, ...relatedGitDirs(local)];
      const { git } = await findGit(host.env);
      const dir = await checkOutSource(source, { git, host });
      tasks.push(...(await inDirectory(dir, name, host, origins)));
    } else if (await isDirectory(name)) tasks.push(...(await inDirectory(resolve(name), name, host)));
    else tasks.push(...(await idsOf(name, catalogue)).map(bundled));
  }
  return tasks.filter((task, index) => tasks.findIndex(({ name }) => name === task.name) === index);
}

async function idsOf(name: string, catalogue: Catalogue): Promise<string[]> {
  if (!isGlob(name)) return [(await catalogue.find(name)).id];
  const ids = catalogue.ids.filter(matchGlobs([name]));
  if (ids.length > 0) return ids;
  throw unknownTask(`No task matches ${name}.`, name, catalogue.ids);
}

/** Maximum depth of tasks below a directory of several, as in `<family>/<name>`. */
const MAX_DEPTH = 3;

async function inDirectory(
  dir: string,
  given: string,
  host: Host,
  origins: readonly string[] = [],
): Promise<FoundTask[]> {
  const below = (await isTask(dir)) ? [dir] : await tasksBelow(dir, MAX_DEPTH);
  // Opening a directory without tasks throws an error that says what is missing.
  const dirs = below.length > 0 ? below : [dir];
  return dirs.map((each) => ({
    name: dirs.length === 1 ? given : each,
    open: () => openDirectory(each, host, origins),
  }));
}

/** @param origins other directories with the task's files, such as the repository that it was checked out from */
async function openDirectory(dir: string, host: Host, origins: readonly string[]): Promise<OpenTask> {
  // The copy contains the solution. If this process is killed, the next run removes it.
  const { dir: packed, close } = await openCommandDir(host.tempDir, 'task');
  try {
    return {
      task: await loadTaskDirectory(dir, packed),
      secretDirs: [dir, packed, ...relatedGitDirs(dir), ...origins],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** For developers of this program: its repository contains the hidden cases of the bundled tasks. */
function ownRepository({ packageRoot }: Host): string[] {
  return existsSync(join(packageRoot, '.git')) ? relatedGitDirs(packageRoot) : [];
}

async function tasksBelow(dir: string, depth: number): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const dirs = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => join(dir, name))
    .sort();
  const taskDirs: string[] = [];
  for (const each of dirs) {
    if (await isTask(each)) taskDirs.push(each);
    else if (depth > 1) taskDirs.push(...(await tasksBelow(each, depth - 1)));
  }
  return taskDirs;
}

async function isTask(dir: string): Promise<boolean> {
  return stat(join(dir, 'task.toml')).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
