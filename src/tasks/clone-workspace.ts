import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { HarnessError } from '../model/errors.js';
import { isolatedGit } from './isolated-git.js';
import type { Task } from './task.js';

/** All that a repository of one commit needs. Whatever else git wrote could name where it came from. */
const KEPT = new Set(['HEAD', 'config', 'index', 'objects']);

/** Lets the agent commit without a user's gitconfig. */
const LOCAL_CONFIG = ['user.name=Developer', 'user.email=developer@localhost', 'core.autocrlf=false'];

/**
 * Clones the task's workspace into `intoDir` (absent or empty) as a fresh repository: one commit on `main`, no remote,
 * tag, reflog, hook or further object, no path of the bundle. `home` is a directory the agent cannot write to or has
 * not been given yet; git finds nothing else of the user's. Errors: HarnessError when git fails.
 */
export async function cloneWorkspace(
  task: Pick<Task, 'id' | 'bundlePath' | 'commit'>,
  intoDir: string,
  { git, home }: { git?: string; home: string },
): Promise<void> {
  const repository = isolatedGit({ home, cwd: home, ...(git === undefined ? {} : { git }) });
  try {
    await repository.clone(task.bundlePath, intoDir, [
      '--template=',
      '--no-tags',
      ...LOCAL_CONFIG.map((entry) => `--config=${entry}`),
    ]);
  } catch (cause) {
    throw new HarnessError(`The workspace of ${task.id} could not be cloned: ${lastLine(cause)}`, {
      code: 'harness.clone_failed',
      fix: 'See that git 2.28 or later is installed and the temporary directory has room, then run again.',
      cause,
    });
  }
  await forgetOrigin(join(intoDir, '.git'), task.commit);
}

async function forgetOrigin(gitDir: string, commit: string): Promise<void> {
  const entries = await readdir(gitDir);
  await Promise.all(
    entries
      .filter((name) => !KEPT.has(name))
      .map((name) => rm(join(gitDir, name), { recursive: true, force: true })),
  );
  await makeDir(join(gitDir, 'refs', 'heads'));
  const config = await readFile(join(gitDir, 'config'), 'utf8');
  await Promise.all([
    writeFile(join(gitDir, 'refs', 'heads', 'main'), `${commit}\n`),
    writeFile(join(gitDir, 'config'), config.replace(/^\[(?:remote|branch) .*\n(?:[ \t].*\n)*/gm, '')),
  ]);
}

function lastLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
}
