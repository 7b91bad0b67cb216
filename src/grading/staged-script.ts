import { join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import type { PlacedDir } from '../sandbox/sandbox.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { HiddenFile } from '../tasks/task.js';
import type { ConfinedCommand } from './confined-run.js';
import { filesBelow, writeGivenFiles } from './given-files.js';

/** How a script of the task is started, and what it is told of where things are. */
export type StagedScript = Pick<ConfinedCommand, 'argv' | 'given' | 'env'> & {
  /** Where the workspace stands for it, when not where it is. */
  at?: string;
  placed: PlacedDir[];
};

/**
 * Writes `tests/` or `solution/` below `dir` and says how a script of it runs. Ours are told by variables where things
 * are; those of Harbor's own tasks find them where Harbor's containers have them, `/logs` included.
 */
export async function stageScript(
  { harbor }: Pick<TaskManifest, 'harbor'>,
  files: ReadonlyMap<string, HiddenFile>,
  { half, name, dir, app }: { half: 'tests' | 'solution'; name: string; dir: string; app: string },
): Promise<StagedScript> {
  const given = join(dir, half);
  const own = filesBelow(files, `${half}/`);
  const script = own.get(name);
  // Harbor runs it as a program, whatever its mode.
  if (harbor && script) own.set(name, { ...script, executable: true });
  await writeGivenFiles(given, own);
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
