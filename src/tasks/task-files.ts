import { cp, lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { type OwnedPath, realPathOf, resolveOwned } from '../host/owned-path.js';
import { systemErrorText } from '../host/system-error.js';
import { UsageError } from '../model/errors.js';
import { DEPENDENCIES } from './dependencies.js';
import { DOCKERFILE, readHarborTask } from './harbor/read-harbor-task.js';
import { readHiddenCases } from './hidden-cases.js';
import { hasOwnTable, parseManifest, type TaskManifest } from './manifest.js';
import type { HiddenFile } from './task.js';
import { MAX_TASK_FILE_BYTES, readTaskFile, readTaskText, readToml } from './task-file.js';

/** A complete task directory in the Harbor layout. */
export interface TaskFiles {
  /** `<family>/<directory name>`. */
  id: string;
  toml: string;
  manifest: TaskManifest;
  instruction: string;
  /** Fills a missing directory with the files that the agent starts with. */
  fillWorkspace(tree: string): Promise<void>;
  /** Every file outside of the workspace (Harbor-only task: outside of the environment) by path, `/`-separated, sorted. */
  files: Map<string, HiddenFile>;
}

const ENVIRONMENT = 'environment';
const WORKSPACE = `${ENVIRONMENT}/workspace`;
const REQUIRED = ['task.toml', 'instruction.md', WORKSPACE, 'tests/test.sh', 'solution/solve.sh'];
/** Required files of a Harbor-only task. */
const HARBOR_REQUIRED = ['task.toml', 'instruction.md', DOCKERFILE, 'tests/test.sh'];
/** Files that scripts leave behind when they run in the task directory. They are not part of a task. */
const LITTER = new Set(['__pycache__', '.DS_Store']);

/**
 * Reads a task directory.
 *
 * @throws UsageError with the file that is missing or wrong, and the key in it
 */
export async function readTaskFiles(taskDir: string): Promise<TaskFiles> {
  const file = join(taskDir, 'task.toml');
  await requirePaths(taskDir, ['task.toml']);
  const toml = await readTaskText(file);
  const data = readToml(toml, file);
  if (!hasOwnTable(data)) {
    await requirePaths(taskDir, HARBOR_REQUIRED);
    const task = await readHarborTask(taskDir, data);
    return { ...task, toml, files: await readFiles(taskDir, ENVIRONMENT, [DOCKERFILE]) };
  }
  await requirePaths(taskDir, REQUIRED);
  const instruction = await readTaskText(join(taskDir, 'instruction.md'));
  const manifest = parseManifest(toml, file);
  const files = await readFiles(taskDir, WORKSPACE);
  if (manifest.hidden) readHiddenCases(files, taskDir);
  return {
    id: `${manifest.family}/${basename(taskDir)}`,
    toml,
    manifest,
    instruction,
    fillWorkspace: (tree) => copyWorkspace(ownPath(taskDir, WORKSPACE), tree),
    files,
  };
}

/** A path of the task. It must not be a link, also at the time of use. */
function ownPath(taskDir: string, path: string): OwnedPath {
  const own = join(realPathOf(taskDir) ?? taskDir, path);
  return { owner: 'task', path: own, within: own };
}

async function copyWorkspace(from: OwnedPath, tree: string): Promise<void> {
  await cp(resolveOwned(from), tree, {
    recursive: true,
    verbatimSymlinks: true,
    async filter(source) {
      if (basename(source) === '.git') return false;
      await requireCopyable(source);
      return true;
    },
  }).catch((cause: unknown) => {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${from.path} cannot be copied: ${systemErrorText(cause)}.`, {
      code: 'usage.bad_task',
      fix: 'Check that you may read all of it.',
      cause,
    });
  });
}

/** Links are copied as links. Refuses a fifo or device, and a huge file, on which git would spend minutes. */
async function requireCopyable(source: string): Promise<void> {
  const stat = await lstat(source);
  const copyable = stat.isDirectory() || stat.isSymbolicLink() || stat.isFile();
  if (copyable && (stat.size <= MAX_TASK_FILE_BYTES || !stat.isFile())) return;
  throw new UsageError(
    `${source} ${copyable ? `is longer than ${MAX_TASK_FILE_BYTES / 2 ** 20} MB` : 'is neither a file, a directory nor a link'}.`,
    { code: 'usage.bad_task', fix: 'Leave it out of the workspace.' },
  );
}

async function requirePaths(taskDir: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await requirePath(taskDir, path, paths.length > 1 ? paths : REQUIRED);
}

async function requirePath(taskDir: string, path: string, required: readonly string[]): Promise<void> {
  const file = join(taskDir, path);
  const stats = await stat(file).catch(() => null);
  const real = realPathOf(file);
  if (real !== null && real !== join(realPathOf(taskDir) ?? taskDir, path)) {
    throw new UsageError(`${file} is a link, or is behind a link, and leads to ${real}.`, {
      code: 'usage.bad_task',
      fix: 'Replace it with a regular file or directory; links are allowed only in environment/workspace.',
    });
  }
  const expected = path === WORKSPACE ? 'directory' : 'file';
  if (expected === 'directory' ? stats?.isDirectory() : stats?.isFile()) return;
  const problem = stats === null ? `it has no ${path}` : `its ${path} is not a ${expected}`;
  throw new UsageError(`${taskDir} is not a task: ${problem}.`, {
    code: 'usage.bad_task',
    fix: `Add ${path}, or name another directory; a task has ${required.join(', ')}.`,
  });
}

async function readFiles(
  taskDir: string,
  excluded: string,
  extra: readonly string[] = [],
): Promise<Map<string, HiddenFile>> {
  const paths = [...(await listFiles(taskDir, taskDir, excluded)), ...extra].sort();
  const entries = paths.map(async (path): Promise<[string, HiddenFile]> => {
    const file = resolveOwned(ownPath(taskDir, path));
    const [content, { mode }] = await Promise.all([readTaskFile(file), stat(file)]);
    return [path, { content, executable: (mode & 0o100) !== 0 }];
  });
  return new Map(await Promise.all(entries));
}

async function listFiles(taskDir: string, dir: string, excluded: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const file = join(dir, entry.name);
    const path = relative(taskDir, file).split(sep).join('/');
    if (LITTER.has(entry.name) || path === excluded || path === DEPENDENCIES) continue;
    if (entry.isDirectory()) files.push(...(await listFiles(taskDir, file, excluded)));
    else if (entry.isFile()) files.push(path);
    else {
      throw new UsageError(`${file} is neither a file nor a directory.`, {
        code: 'usage.bad_task',
        fix: 'Replace it with a regular file; links are allowed only in environment/workspace.',
      });
    }
  }
  return files;
}
