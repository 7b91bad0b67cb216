import { access, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { UsageError } from '../errors.js';
import { DEPENDENCIES } from './dependencies.js';
import { readHiddenCases } from './hidden-cases.js';
import { parseManifest, type TaskManifest } from './manifest.js';
import type { HiddenFile } from './task.js';

/** A task directory in the Harbor layout, read and found whole. */
export interface TaskFiles {
  /** `<family>/<directory name>`. */
  id: string;
  toml: string;
  manifest: TaskManifest;
  instruction: string;
  workspaceDir: string;
  /** Every file outside the workspace by its path, `/`-separated, sorted. */
  files: Map<string, HiddenFile>;
}

const WORKSPACE = 'environment/workspace';
const REQUIRED = ['task.toml', 'instruction.md', WORKSPACE, 'tests/test.sh', 'solution/solve.sh'];
/** What running a task's scripts in place leaves behind; never part of a task. */
const LITTER = new Set(['__pycache__', '.DS_Store']);

/** Reads a task directory. Errors: UsageError naming the file that is missing or wrong, and the key in it. */
export async function readTaskFiles(taskDir: string): Promise<TaskFiles> {
  for (const path of REQUIRED) await requirePath(taskDir, path);
  const [toml, instruction] = await Promise.all([
    readFile(join(taskDir, 'task.toml'), 'utf8'),
    readFile(join(taskDir, 'instruction.md'), 'utf8'),
  ]);
  const manifest = parseManifest(toml, join(taskDir, 'task.toml'));
  const files = await readFiles(taskDir);
  if (manifest.hidden) readHiddenCases(files, taskDir);
  return {
    id: `${manifest.family}/${basename(taskDir)}`,
    toml,
    manifest,
    instruction,
    workspaceDir: join(taskDir, WORKSPACE),
    files,
  };
}

async function requirePath(taskDir: string, path: string): Promise<void> {
  try {
    await access(join(taskDir, path));
  } catch (cause) {
    throw new UsageError(`${taskDir} is not a task: it has no ${path}.`, {
      code: 'usage.bad_task',
      fix: `Add ${path}, or name another directory; a task has ${REQUIRED.join(', ')}.`,
      cause,
    });
  }
}

async function readFiles(taskDir: string): Promise<Map<string, HiddenFile>> {
  const paths = (await listFiles(taskDir, taskDir)).sort();
  const entries = paths.map(async (path): Promise<[string, HiddenFile]> => {
    const file = join(taskDir, path);
    const [content, { mode }] = await Promise.all([readFile(file), stat(file)]);
    return [path, { content, executable: (mode & 0o100) !== 0 }];
  });
  return new Map(await Promise.all(entries));
}

async function listFiles(taskDir: string, dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const file = join(dir, entry.name);
    const path = relative(taskDir, file).split(sep).join('/');
    if (LITTER.has(entry.name) || path === WORKSPACE || path === DEPENDENCIES) continue;
    if (entry.isDirectory()) found.push(...(await listFiles(taskDir, file)));
    else if (entry.isFile()) found.push(path);
    else {
      throw new UsageError(`${file} is neither a file nor a directory.`, {
        code: 'usage.bad_task',
        fix: 'Replace it by a plain file; links are kept in environment/workspace only.',
      });
    }
  }
  return found;
}
