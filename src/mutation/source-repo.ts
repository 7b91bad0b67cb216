import { lstat, readFile, realpath, rm, stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { basename, join, relative } from 'node:path';
import { type SimpleGit, simpleGit } from 'simple-git';
import { realPathOf } from '../host/owned-path.js';
import { shellWord } from '../host/shell-word.js';
import { UsageError } from '../model/errors.js';
import { escapingLinks } from '../tasks/escaping-links.js';
import { localPath } from '../tasks/related-git-dirs.js';
import type { Dependency } from '../tasks/task.js';
import type { SourceFile } from './sites.js';

/** A repository at one commit, cloned away from where it lives. */
export interface SourceRepo {
  /** What people call it: the last part of its path. */
  name: string;
  /** The work tree of the clone: the commit's files, and no `.git`. */
  tree: string;
  commit: string;
  /** Tracked regular files, sorted. */
  paths: readonly string[];
  /** Directories that git does not track and tests may need; none of a URL. */
  dependencies: readonly Dependency[];
  /** Submodules, which are empty here; tracked files that a .gitignore names, and links out of it, which are not here. */
  absent: readonly string[];
  /** The repository's own directory, or null for a URL. */
  origin: string | null;
  /** The user has changes there that no commit holds: they are not part of this. */
  uncommitted: boolean;
}

/** What package managers install into a work tree. */
const DEPENDENCY_DIRS = new Set(['node_modules', '.venv', 'venv', 'vendor']);

/**
 * Clones `repo` (a path or URL, with `#ref` if wanted) into `intoDir` (absent). Nothing is written to the repository.
 *
 * @throws UsageError `usage.no_repository`, with git's reason
 */
export async function cloneSource(
  repo: string,
  intoDir: string,
  { git, env }: { git: string; env: Readonly<Record<string, string>> },
): Promise<SourceRepo> {
  const [where = '', ref] = splitRef(repo);
  const local = localPath(where);
  const origin = local === null ? null : (realPathOf(local) ?? local);
  if (origin !== null) await requireRepository(origin, repo, { git, env });
  const client = quietGit(git, env);
  try {
    await client.clone(origin ?? where, intoDir, [
      '--no-checkout',
      '--template=',
      '--config=core.autocrlf=false',
    ]);
    const clone = quietGit(git, env, intoDir);
    const commit = (await clone.raw('rev-parse', '--verify', `${await refIn(clone, ref)}^{commit}`)).trim();
    await clone.raw('checkout', '--quiet', '--detach', commit);
    const listed = await clone.raw('ls-files', '-z');
    const modes = await clone.raw('ls-files', '-z', '--stage');
    const ignored = new Set(
      (await clone.raw('ls-files', '-z', '-ci', '--exclude-per-directory=.gitignore')).split('\0'),
    );
    await rm(join(intoDir, '.git'), { recursive: true, force: true });
    const out = await escapingLinks(intoDir);
    for (const path of out) ignored.add(path);
    // A task's workspace is what its .gitignore lets through, and so is the tree that is proven.
    await Promise.all([...ignored].filter(Boolean).map((path) => rm(join(intoDir, path), { force: true })));
    return {
      name: basename(origin ?? where.replace(/[/\\]+$/, ''), '.git').replace(/^.*:/, '') || 'repository',
      tree: intoDir,
      commit,
      paths: await regularFiles(
        intoDir,
        listed
          .split('\0')
          .filter((path) => path !== '' && !ignored.has(path))
          .sort(),
      ),
      dependencies: origin === null ? [] : await findDependencyDirs(quietGit(git, env, origin), origin),
      absent: [
        ...modes.split('\0').flatMap((entry) => /^160000 .*\t(.*)$/.exec(entry)?.[1] ?? []),
        ...[...ignored].filter(Boolean),
      ],
      origin,
      uncommitted:
        origin !== null && (await quietGit(git, env, origin).raw('status', '--porcelain', '-uno')) !== '',
    };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${repo} could not be cloned: ${reasonOf(cause)}.`, {
      code: 'usage.no_repository',
      fix: 'Give the path or URL of a git repository that you may read, with #branch, #tag or #commit if wanted.',
      cause,
    });
  }
}

/** The files of the language, with their text. */
export async function readSources(
  { tree, paths }: Pick<SourceRepo, 'tree' | 'paths'>,
  wanted: (path: string) => boolean,
): Promise<SourceFile[]> {
  return Promise.all(
    paths.filter(wanted).map(async (path) => ({ path, text: await readFile(join(tree, path), 'utf8') })),
  );
}

/** `path#ref`; a path that exists whole has no ref. */
function splitRef(repo: string): [string, string | undefined] {
  const at = repo.lastIndexOf('#');
  return at === -1 ? [repo, undefined] : [repo.slice(0, at), repo.slice(at + 1)];
}

async function requireRepository(
  dir: string,
  named: string,
  { git, env }: { git: string; env: Readonly<Record<string, string>> },
): Promise<void> {
  const found = await stat(dir).catch(() => null);
  if (found?.isDirectory()) {
    if (await hasGit(dir)) return;
    const top = await quietGit(git, env, dir)
      .raw('rev-parse', '--show-toplevel')
      .then((said) => said.trim())
      .catch(() => '');
    if (top !== '') {
      const below = shellWord(relative(top, await realpath(dir)));
      throw new UsageError(`${named} is a directory of the git repository ${top}, and not its top.`, {
        code: 'usage.no_repository',
        fix: `Give ${top}, and a test command that goes there: "cd ${below} && …".`,
      });
    }
  }
  const what =
    found === null
      ? 'does not exist'
      : found.isDirectory()
        ? 'is no git repository: it has no .git'
        : 'is not a directory';
  throw new UsageError(`${named} ${what}.`, {
    code: 'usage.no_repository',
    fix: 'Give the top directory of a git repository, or its URL; `git init` and one commit make a repository of a directory.',
  });
}

/** A work tree, or a bare repository. */
async function hasGit(dir: string): Promise<boolean> {
  for (const mark of ['.git', 'HEAD']) if (await stat(join(dir, mark)).catch(() => null)) return true;
  return false;
}

async function refIn(clone: SimpleGit, ref: string | undefined): Promise<string> {
  const isHere = async (name: string) =>
    (await clone.raw('rev-parse', '--verify', '--quiet', `${name}^{commit}`).catch(() => '')) !== '';
  if (ref === undefined || ref === '') {
    if (await isHere('HEAD')) return 'HEAD';
    throw new UsageError('The repository has no commit yet.', {
      code: 'usage.no_repository',
      fix: 'Commit what is to be tested: it is the last commit that is taken.',
    });
  }
  for (const name of [ref, `refs/remotes/origin/${ref}`]) if (await isHere(name)) return name;
  throw new UsageError(`The repository has no branch, tag or commit ${ref}.`, {
    code: 'usage.no_repository',
    fix: 'Give one that exists behind the #.',
  });
}

/** Top-most directories with such a name that hold no tracked file. */
async function findDependencyDirs(client: SimpleGit, origin: string): Promise<Dependency[]> {
  const untracked = await client
    .raw('ls-files', '-z', '--others', '--directory', '--no-empty-directory')
    .catch(() => '');
  const paths = untracked
    .split('\0')
    .filter((path) => path.endsWith('/'))
    .map((path) => path.slice(0, -1));
  return paths
    .filter((path) => DEPENDENCY_DIRS.has(basename(path)))
    .sort()
    .map((path) => ({ path, from: { owner: 'repository', path: join(origin, path), within: origin } }));
}

async function regularFiles(tree: string, paths: readonly string[]): Promise<string[]> {
  const stats = await Promise.all(paths.map((path) => lstat(join(tree, path)).catch(() => null)));
  return paths.filter((_, index) => stats[index]?.isFile());
}

/** The user's git with the user's credentials, that asks nothing, runs no hook and writes to no index. */
function quietGit(git: string, env: Readonly<Record<string, string>>, cwd?: string): SimpleGit {
  const extra = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    LC_ALL: 'C',
  };
  const inherited = Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^GIT_|^(?:EDITOR|PAGER|SSH_ASKPASS)$/.test(name)),
  );
  return simpleGit({
    ...(cwd === undefined ? {} : { baseDir: cwd }),
    binary: git,
    config: ['core.fsmonitor=false', `core.hooksPath=${devNull}`, 'advice.detachedHead=false'],
    allowEnvironment: Object.keys(extra),
    unsafe: {
      allowUnsafeCustomBinary: true,
      allowUnsafeTemplateDir: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
    },
  }).env({ ...inherited, ...extra });
}

/** git's own reason, without its prefix. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  const line = lines.find((each) => /^(?:fatal|error): /.test(each)) ?? lines.at(-1) ?? 'git failed';
  return line.replace(/^(?:fatal|error): /, '').replace(/\.$/, '');
}
