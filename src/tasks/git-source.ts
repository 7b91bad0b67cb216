import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { simpleGit } from 'simple-git';
import type { Host } from '../host/host.js';
import { badCacheDir, makeCacheDir } from '../host/make-dir.js';
import { UsageError } from '../model/errors.js';

/** A directory in a git repository: `URL#ref:path`, each of the two optional. */
export interface GitSource {
  url: string;
  /** A branch, tag or full commit id; `HEAD` when none is given. */
  ref: string;
  /** Of the directory, `/`-separated; empty for the top. */
  path: string;
}

/** Whoever may clone a repository by hand may do so here: it gets the user's environment. */
export interface GitAccess {
  /** The git binary. */
  git: string;
  host: Pick<Host, 'env' | 'cacheDir'>;
}

const URL_FORM = /^(?:(?:https?|ssh|git|file):\/\/|[\w.-]+@[\w.-]+:)\S+$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** What a name says about a git repository; null when it is something else. Errors: UsageError for a path that leads out. */
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
 * The directory of a git source, checked out below the cache and kept by commit: a commit that was fetched once needs no
 * network again, and a branch that cannot be asked for falls back on the commit it was at. Asks for no password.
 *
 * @returns a directory that holds no `.git`; to be read only
 * @throws UsageError with git's own reason
 */
export async function checkOutSource(source: GitSource, access: GitAccess): Promise<string> {
  const id = createHash('sha256').update(source.url).digest('hex').slice(0, 16);
  const shelf = join(access.host.cacheDir, 'task-sources', id);
  await makeCacheDir(access.host.cacheDir, shelf);
  const commit = await resolveRef(source, shelf, access);
  const tree = join(shelf, commit);
  if (!(await isDirectory(tree))) await fetchCommit(source, commit, tree, shelf, access);
  return inTree(source, tree);
}

async function resolveRef({ url, ref }: GitSource, shelf: string, access: GitAccess): Promise<string> {
  if (COMMIT.test(ref)) return ref;
  // A file a ref, renamed into place: several runs may ask at once.
  const file = join(shelf, `ref-${createHash('sha256').update(ref).digest('hex').slice(0, 16)}`);
  try {
    const said = await gitIn(shelf, access).listRemote([url, ref, `refs/tags/${ref}^{}`]);
    // A peeled tag comes last, and is the commit that the tag means.
    const commit = said.trim().split('\n').at(-1)?.split(/\s/)[0] ?? '';
    if (!COMMIT.test(commit)) throw new Error(`it has no branch or tag ${ref}`);
    const writing = `${file}.${randomBytes(4).toString('hex')}`;
    await writeFile(writing, commit);
    await rename(writing, file);
    return commit;
  } catch (error) {
    const cached = await readFile(file, 'utf8').catch(() => '');
    if (COMMIT.test(cached) && (await isDirectory(join(shelf, cached)))) return cached;
    throw unreadable(url, error);
  }
}

async function fetchCommit(
  { url }: GitSource,
  commit: string,
  tree: string,
  shelf: string,
  access: GitAccess,
): Promise<void> {
  const making = await mkdtemp(join(shelf, 'fetching-')).catch((cause: unknown) => {
    throw badCacheDir(access.host.cacheDir, cause);
  });
  try {
    const git = gitIn(making, access);
    await git.raw('init', '--quiet', '--template=');
    try {
      // Not every server hands out a commit by its id.
      await git.raw('fetch', '--quiet', '--depth=1', '--no-tags', url, commit);
    } catch {
      await git.raw('fetch', '--quiet', url, '+refs/*:refs/fetched/*');
    }
    await git.raw('checkout', '--quiet', '--detach', commit);
    await rm(join(making, '.git'), { recursive: true, force: true });
    await rename(making, tree).catch(async (error) => {
      if (!(await isDirectory(tree))) throw error;
    });
  } catch (error) {
    throw unreadable(url, error);
  } finally {
    await rm(making, { recursive: true, force: true });
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
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !UNSAFE_FOR_GIT.test(name)));
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
  }).env({ ...kept, ...own });
}

/** What would open a window or an editor, or point git at another repository. */
const UNSAFE_FOR_GIT = /^(?:GIT_|SSH_ASKPASS|EDITOR$|VISUAL$|PAGER$)/;

function unreadable(url: string, error: unknown): UsageError {
  const said = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  const reason = said.find((line) => /^(?:fatal|ERROR|error): /.test(line)) ?? said.at(-1) ?? '';
  return new UsageError(
    `${url} could not be read: ${reason.replace(/^(?:fatal|ERROR|error): /, '').replace(/\.$/, '')}.`,
    {
      code: 'usage.bad_task_source',
      fix: 'See that the repository is there and that git may read it without asking for a password.',
      cause: error,
    },
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
