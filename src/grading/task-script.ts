import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { UsageError } from '../model/errors.js';
import { mountsBound, type PlacedDir, type Sandbox } from '../sandbox/sandbox.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { HiddenFile } from '../tasks/task.js';
import type { ConfinedCommand } from './confined-run.js';

/** How a script of a task is started, and with which files and variables. */
export type PreparedScript = Pick<ConfinedCommand, 'argv' | 'inputs' | 'env'> & {
  /** Path of the workspace inside the sandbox. @default its real path */
  at?: string;
  placed: PlacedDir[];
};

/**
 * Writes `tests/` or `solution/` below `dir` and returns how to run a script in it. Scripts of our own tasks get paths in
 * variables. Scripts of Harbor-only tasks find the files, and `/logs`, at the paths that Harbor's containers have.
 *
 * @throws UsageError `usage.bad_task` for a file outside of the task
 */
export async function prepareScript(
  { harbor }: Pick<TaskManifest, 'harbor'>,
  files: ReadonlyMap<string, HiddenFile>,
  {
    folder,
    name,
    dir,
    workspace,
  }: { folder: 'tests' | 'solution'; name: string; dir: string; workspace: string },
): Promise<PreparedScript> {
  const scriptDir = join(dir, folder);
  const scriptFiles = filesBelow(files, `${folder}/`);
  const script = scriptFiles.get(name);
  // Harbor makes it executable, too.
  if (harbor && script) scriptFiles.set(name, { ...script, executable: true });
  await writeTaskFiles(scriptDir, scriptFiles);
  if (!harbor) {
    const env = { CAB_APP: workspace, ...(folder === 'tests' ? { CAB_TESTS: scriptDir } : {}) };
    return { argv: ['sh', join(scriptDir, name)], inputs: [scriptDir], placed: [], env };
  }
  const logs = join(dir, 'logs');
  for (const log of ['agent', 'artifacts', 'verifier']) await makeDir(join(logs, log));
  return {
    // As in Harbor: bash runs a script without a shebang line.
    argv: ['bash', '-c', `/${folder}/${name}`],
    inputs: [],
    at: harbor.workdir,
    placed: [
      { from: scriptDir, at: `/${folder}`, writable: false },
      { from: logs, at: '/logs', writable: true },
    ],
    env: { ...harbor.env, ...(folder === 'tests' ? harbor.testEnv : harbor.solutionEnv) },
  };
}

/** Why the sandbox cannot show the paths of a Harbor-only task; null when it can, or the task is not Harbor-only. */
export function missingHarborPaths(
  { harbor }: Pick<TaskManifest, 'harbor'>,
  sandbox: Pick<Sandbox, 'kind'>,
): { detail: string; fix: string } | null {
  if (!harbor || mountsBound(sandbox)) return null;
  return {
    detail: `The task has files at ${harbor.workdir}, /tests and /logs, which only bubblewrap can show (here: ${sandbox.kind}).`,
    fix: 'Install bubblewrap and run doctor, or run the task with Harbor.',
  };
}

/** The files whose path starts with `prefix`, without the prefix. */
export function filesBelow(files: ReadonlyMap<string, HiddenFile>, prefix: string): Map<string, HiddenFile> {
  return new Map(
    [...files]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, file]) => [path.slice(prefix.length), file]),
  );
}

/**
 * Writes a task's files below `dir`, read-only.
 *
 * @throws UsageError `usage.bad_task` for a path outside of `dir`
 */
export async function writeTaskFiles(dir: string, files: ReadonlyMap<string, HiddenFile>): Promise<void> {
  await makeDir(dir);
  for (const [path, { content, executable }] of files) {
    if (path.startsWith('/') || path.split('/').includes('..')) {
      throw new UsageError(`The task's archive has a file with a path outside of the task: ${path}.`, {
        code: 'usage.bad_task',
        fix: 'Pack the task again.',
      });
    }
    const file = join(dir, path);
    await makeDir(dirname(file));
    await writeFile(file, content, { mode: executable ? 0o555 : 0o444 });
  }
}
