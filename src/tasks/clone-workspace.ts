import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';
import { HarnessError } from '../model/errors.js';
import { isolatedGit } from './isolated-git.js';
import type { Task } from './task.js';

/** The entries that a repository of one commit needs. Others that git writes could reveal the path of the bundle. */
const NEEDED_ENTRIES = new Set(['HEAD', 'config', 'index', 'objects']);

/** So that the agent can commit without a gitconfig. */
const LOCAL_CONFIG = ['user.name=Developer', 'user.email=developer@localhost', 'core.autocrlf=false'];

/**
 * Clones the task's workspace into `intoDir` (missing or empty) as a new repository: one commit on `main`, no remote,
 * tag, reflog, hook or other object, and no path of the bundle.
 *
 * @param options.home HOME for git: a directory that the agent cannot write to, now or before
 * @throws HarnessError `harness.clone_failed` when git fails
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
      fix: 'Check that git 2.28 or later is installed and that the temporary directory has free space, then run again.',
      cause,
    });
  }
  await forgetOrigin(join(intoDir, '.git'), task.commit);
}

async function forgetOrigin(gitDir: string, commit: string): Promise<void> {
  const entries = await readdir(gitDir);
  await Promise.all(
    entries.filter((name) => !NEEDED_ENTRIES.has(name)).map((name) => removeTree(join(gitDir, name))),
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
