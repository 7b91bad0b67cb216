import { devNull } from 'node:os';
import { dirname, isAbsolute } from 'node:path';
import { type SimpleGit, simpleGit } from 'simple-git';

/** Author of the one commit of every workspace. Constant, so that the commit id depends only on the files. */
const AUTHOR = { name: 'CodingAgentBench', email: 'tasks@codingagentbench.com' };
const AUTHORED_AT = '2026-01-01T00:00:00Z';

const GIT_ENV = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_DEFAULT_HASH: 'sha1',
  GIT_DEFAULT_REF_FORMAT: 'files',
  GIT_AUTHOR_NAME: AUTHOR.name,
  GIT_AUTHOR_EMAIL: AUTHOR.email,
  GIT_AUTHOR_DATE: AUTHORED_AT,
  GIT_COMMITTER_NAME: AUTHOR.name,
  GIT_COMMITTER_EMAIL: AUTHOR.email,
  GIT_COMMITTER_DATE: AUTHORED_AT,
};

/**
 * A git without influence from the user's settings: no system or user config, attributes, hooks or inherited `GIT_*`.
 *
 * @param options.git the binary, preferably an absolute path; a bare name is searched in the system directories
 */
export function isolatedGit({
  git = 'git',
  home,
  cwd,
}: {
  git?: string;
  home: string;
  cwd: string;
}): SimpleGit {
  const path = [...(isAbsolute(git) ? [dirname(git)] : []), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  return simpleGit({
    baseDir: cwd,
    binary: git,
    config: ['core.autocrlf=false', 'pack.threads=1'],
    // simple-git drops or refuses every other GIT_* variable and template option.
    allowEnvironment: Object.keys(GIT_ENV),
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeTemplateDir: true, allowUnsafeCustomBinary: true },
  }).env({ ...GIT_ENV, PATH: path, HOME: home, LC_ALL: 'C' });
}
