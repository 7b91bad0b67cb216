import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { UsageError } from '../model/errors.js';
import { mountsBound, type PlacedDir, type Sandbox } from '../sandbox/sandbox.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { HiddenFile } from '../tasks/task.js';
import type { ConfinedCommand } from './confined-run.js';

/** How a script of the task is started, and what it is told of where things are. */
export type PreparedScript = Pick<ConfinedCommand, 'argv' | 'given' | 'env'> & {
  /** Where the workspace stands for it, when not where it is. */
  at?: string;
  placed: PlacedDir[];
};

/**
 * Writes `tests/` or `solution/` below `dir` and says how a script of it runs. Ours are told by variables where things
 * are; those of Harbor's own tasks find them where Harbor's containers have them, `/logs` included.
 */
export async function prepareScript(
  { harbor }: Pick<TaskManifest, 'harbor'>,
  files: ReadonlyMap<string, HiddenFile>,
  { half, name, dir, app }: { half: 'tests' | 'solution'; name: string; dir: string; app: string },
): Promise<PreparedScript> {
  const given = join(dir, half);
  const own = filesBelow(files, `${half}/`);
  const script = own.get(name);
  // Harbor runs it as a program, whatever its mode.
  if (harbor && script) own.set(name, { ...script, executable: true });
  await writeTaskFiles(given, own);
  if (!harbor) {
    const told = half === 'tests' ? { CAB_TESTS: given } : {};
    return { argv: ['sh', join(given, name)], given: [given], placed: [], env: { CAB_APP: app, ...told } };
  }
  const logs = join(dir, 'logs');
  for (const log of ['agent', 'artifacts', 'verifier']) await makeDir(join(logs, log));
  return {
    // As Harbor does: without a first line that names another, bash reads it.
    argv: ['bash', '-c', `/${half}/${name}`],
    given: [],
    at: harbor.workdir,
    placed: [
      { from: given, at: `/${half}`, writable: false },
      { from: logs, at: '/logs', writable: true },
    ],
    env: { ...harbor.env, ...(half === 'tests' ? harbor.testEnv : harbor.solutionEnv) },
  };
}

/** Why the paths that a task of Harbor's alone counts on cannot be made here; null when they can, or are not asked for. */
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

/** The files below `prefix`, with the prefix cut off. */
export function filesBelow(files: ReadonlyMap<string, HiddenFile>, prefix: string): Map<string, HiddenFile> {
  return new Map(
    [...files]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, file]) => [path.slice(prefix.length), file]),
  );
}

/** Writes a task's files below `dir`, read-only. */
export async function writeTaskFiles(dir: string, files: ReadonlyMap<string, HiddenFile>): Promise<void> {
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
