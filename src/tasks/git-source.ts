import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { simpleGit } from 'simple-git';
import type { Host } from '../host/host.js';
import { badCacheDir, makeCacheDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';
import { UsageError } from '../model/errors.js';

/** A directory in a git repository: `URL#ref:path`, where ref and path are optional. */
export interface GitSource {
  url: string;
  /** A branch, tag or full commit id. @default HEAD */
  ref: string;
  /** Path of the directory, `/`-separated; empty for the top directory. */
  path: string;
}

/** How to run git: with the user's environment, so that the user's access to repositories works here too. */
export interface GitAccess {
  /** The git binary. */
  git: string;
  host: Pick<Host, 'env' | 'cacheDir'>;
}

const URL_FORM = /^(?:(?:https?|ssh|git|file):\/\/|[\w.-]+@[\w.-]+:)\S+$/;
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Parses `URL#ref:path`. Null when the name is not a URL of a repository.
 *
 * @throws UsageError `usage.bad_task_source` for an invalid ref or path
 */
export function parseGitSource(name: string): GitSource | null {
  if (!URL_FORM.test(name)) return null;
  const [, url = '', fragment = ''] = /^([^#]*)#?(.*)$/.exec(name) ?? [];
  const [, ref = '', path = ''] = /^([^:]*):?(.*)$/.exec(fragment) ?? [];
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || ref.startsWith('-')) {
    throw new UsageError(`${name} names a ${ref.startsWith('-') ? 'ref' : 'path'} that no repository has.`, {
      code: 'usage.bad_task_source',
      fix: 'Write it as URL#ref:path, the path from the top of the repository.',
    });
  }
  return { url, ref: ref || 'HEAD', path: parts.join('/') };
}

/**
 * Checks out a git source below the cache, one directory for each commit. A fetched commit needs no network again. If
 * a branch cannot be resolved, its last known commit is used. Never asks for a password.
 *
 * @returns a directory without `.git`; callers must not change it
 * @throws UsageError `usage.bad_task_source` with the reason from git
 */
export async function checkOutSource(source: GitSource, access: GitAccess): Promise<string> {
  const id = createHash('sha256').update(source.url).digest('hex').slice(0, 16);
  const repoCache = join(access.host.cacheDir, 'task-sources', id);
  await makeCacheDir(access.host.cacheDir, repoCache);
  const commit = await resolveRef(source, repoCache, access);
  const tree = join(repoCache, commit);
  if (!(await isDirectory(tree))) await fetchCommit(source, commit, tree, repoCache, access);
  return inTree(source, tree);
}

async function resolveRef({ url, ref }: GitSource, repoCache: string, access: GitAccess): Promise<string> {
  if (COMMIT.test(ref)) return ref;
  // One file for each ref, written by rename, because several runs may write it at once.
  const file = join(repoCache, `ref-${createHash('sha256').update(ref).digest('hex').slice(0, 16)}`);
  try {
    const output = await gitIn(repoCache, access).listRemote([url, ref, `refs/tags/${ref}^{}`]);
    // The last line is the peeled tag, if any: the commit of the tag.
    const commit = output.trim().split('\n').at(-1)?.split(/\s/)[0] ?? '';
    if (!COMMIT.test(commit)) throw new Error(`it has no branch or tag ${ref}`);
    const temporary = `${file}.${randomBytes(4).toString('hex')}`;
    await writeFile(temporary, commit);
    await rename(temporary, file);
    return commit;
  } catch (error) {
    const cached = await readFile(file, 'utf8').catch(() => '');
    if (COMMIT.test(cached) && (await isDirectory(join(repoCache, cached)))) return cached;
    throw unreadable(url, error);
  }
}

async function fetchCommit(
  { url }: GitSource,
  commit: string,
  tree: string,
  repoCache: string,
  access: GitAccess,
): Promise<void> {
  const newTree = await mkdtemp(join(repoCache, 'fetching-')).catch((cause: unknown) => {
    throw badCacheDir(access.host.cacheDir, cause);
  });
  try {
    const git = gitIn(newTree, access);
    await git.raw('init', '--quiet', '--template=');
    try {
      // Some servers refuse to fetch a commit by its id.
      await git.raw('fetch', '--quiet', '--depth=1', '--no-tags', url, commit);
    } catch {
      await git.raw('fetch', '--quiet', url, '+refs/*:refs/fetched/*');
    }
    await git.raw('checkout', '--quiet', '--detach', commit);
    await removeTree(join(newTree, '.git'));
    await rename(newTree, tree).catch(async (error) => {
      if (!(await isDirectory(tree))) throw error;
    });
  } catch (error) {
    throw unreadable(url, error);
  } finally {
    await removeTree(newTree);
  }
}

async function inTree({ url, path }: GitSource, tree: string): Promise<string> {
  const top = await realpath(tree);
  const dir = await realpath(join(top, path)).catch(() => null);
  const inside = dir !== null && (dir === top || dir.startsWith(top + sep)) && (await isDirectory(dir));
  if (dir !== null && inside) return dir;
  throw new UsageError(`${url} has no directory ${path}.`, {
    code: 'usage.bad_task_source',
    fix: 'Write it as URL#ref:path, the path from the top of the repository.',
  });
}

function gitIn(dir: string, { git, host: { env } }: GitAccess) {
  const own = {
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    LC_ALL: 'C',
  };
  const safe = Object.fromEntries(Object.entries(env).filter(([name]) => !UNSAFE_FOR_GIT.test(name)));
  return simpleGit({
    baseDir: dir,
    binary: git,
    config: ['core.hooksPath=/dev/null', 'protocol.ext.allow=never', 'core.askPass='],
    allowEnvironment: Object.keys(own),
    unsafe: {
      allowUnsafeCustomBinary: true,
      allowUnsafeTemplateDir: true,
      allowUnsafeHooksPath: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeSshCommand: true,
      allowUnsafeAskPass: true,
    },
  }).env({ ...safe, ...own });
}

/** Variables that open a window or an editor, or point git to another repository. */
const UNSAFE_FOR_GIT = /^(?:GIT_|SSH_ASKPASS|EDITOR$|VISUAL$|PAGER$)/;

function unreadable(url: string, error: unknown): UsageError {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  const reason = lines.find((line) => /^(?:fatal|ERROR|error): /.test(line)) ?? lines.at(-1) ?? '';
  return new UsageError(
    `${url} could not be read: ${reason.replace(/^(?:fatal|ERROR|error): /, '').replace(/\.$/, '')}.`,
    {
      code: 'usage.bad_task_source',
      fix: 'Check that the repository exists and that git can read it without a password.',
      cause: error,
    },
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
