import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PreflightError } from '../model/errors.js';
import { findOnPath } from './find-on-path.js';

/**
 * The absolute path and the version of the user's git.
 *
 * @throws PreflightError `preflight.no_git` when git is not on PATH
 */
export async function findGit(
  env: Readonly<Record<string, string>>,
): Promise<{ git: string; version: string }> {
  const git = findOnPath('git', env.PATH);
  if (git === null) {
    throw new PreflightError('There is no git on PATH.', {
      code: 'preflight.no_git',
      fix: 'Install git (https://git-scm.com).',
    });
  }
  const { stdout } = await promisify(execFile)(git, ['--version'], { env });
  return { git, version: stdout.trim() };
}
