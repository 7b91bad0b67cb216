import { lstat, readFile, realpath, rm, stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { basename, join, relative } from 'node:path';
import { type SimpleGit, simpleGit } from 'simple-git';
import { realPathOf } from '../host/owned-path.js';
import { removeTree } from '../host/remove-tree.js';
import { shellWord } from '../host/shell-word.js';
import { UsageError } from '../model/errors.js';
import { escapingLinks } from '../tasks/escaping-links.js';
import { localPath } from '../tasks/related-git-dirs.js';
import type { Dependency } from '../tasks/task.js';
import type { SourceFile } from './sites.js';

/** A clone of a repository at one commit. */
export interface SourceRepo {
  /** The last part of its path or URL. */
  name: string;
  /** The work tree of the clone, without `.git`. */
  tree: string;
  commit: string;
  /** Tracked regular files, sorted. */
  paths: readonly string[];
  /** Untracked directories that the tests may need; empty for a URL. */
  dependencies: readonly Dependency[];
  /**
   * Paths that the repository has and `tree` lacks: submodules, tracked files that a .gitignore excludes, links out of the
   * repository.
   */
  absent: readonly string[];
  /** The directory of the repository; null for a URL. */
  origin: string | null;
  /** The repository has uncommitted changes to tracked files; the clone lacks them. */
  uncommitted: boolean;
}

/** Directories into which package managers install. */
const DEPENDENCY_DIRS = new Set(['node_modules', '.venv', 'venv', 'vendor']);

/**
 * Clones `repo` (a path or URL, optionally with `#ref`) into `intoDir`, which must not exist. Writes nothing to the
 * repository.
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
    const trackedList = await clone.raw('ls-files', '-z');
    const modeList = await clone.raw('ls-files', '-z', '--stage');
    const excluded = new Set(
      (await clone.raw('ls-files', '-z', '-ci', '--exclude-per-directory=.gitignore')).split('\0'),
    );
    await removeTree(join(intoDir, '.git'));
    for (const path of await escapingLinks(intoDir)) excluded.add(path);
    // The workspace of a task lacks the files that .gitignore excludes. The baseline must be tested on the same files.
    await Promise.all([...excluded].filter(Boolean).map((path) => rm(join(intoDir, path), { force: true })));
    return {
      name: basename(origin ?? where.replace(/[/\\]+$/, ''), '.git').replace(/^.*:/, '') || 'repository',
      tree: intoDir,
      commit,
      paths: await regularFiles(
        intoDir,
        trackedList
          .split('\0')
          .filter((path) => path !== '' && !excluded.has(path))
          .sort(),
      ),
      dependencies: origin === null ? [] : await findDependencyDirs(quietGit(git, env, origin), origin),
      absent: [
        ...modeList.split('\0').flatMap((entry) => /^160000 .*\t(.*)$/.exec(entry)?.[1] ?? []),
        ...[...excluded].filter(Boolean),
      ],
      origin,
      uncommitted:
        origin !== null && (await quietGit(git, env, origin).raw('status', '--porcelain', '-uno')) !== '',
    };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${repo} could not be cloned: ${reasonOf(cause)}.`, {
      code: 'usage.no_repository',
      fix: 'Give the path or URL of a git repository that you can read, optionally with #branch, #tag or #commit.',
      cause,
    });
  }
}

/** The tracked files whose path is wanted, with their text. */
export async function readSources(
  { tree, paths }: Pick<SourceRepo, 'tree' | 'paths'>,
  wanted: (path: string) => boolean,
): Promise<SourceFile[]> {
  return Promise.all(
    paths.filter(wanted).map(async (path) => ({ path, text: await readFile(join(tree, path), 'utf8') })),
  );
}

/** Splits `path#ref` at its last `#`. */
function splitRef(repo: string): [string, string | undefined] {
  const at = repo.lastIndexOf('#');
  return at === -1 ? [repo, undefined] : [repo.slice(0, at), repo.slice(at + 1)];
}

async function requireRepository(
  dir: string,
  named: string,
  { git, env }: { git: string; env: Readonly<Record<string, string>> },
): Promise<void> {
  const stats = await stat(dir).catch(() => null);
  if (stats?.isDirectory()) {
    if (await hasGit(dir)) return;
    const top = await quietGit(git, env, dir)
      .raw('rev-parse', '--show-toplevel')
      .then((output) => output.trim())
      .catch(() => '');
    if (top !== '') {
      const below = shellWord(relative(top, await realpath(dir)));
      throw new UsageError(`${named} is a directory below the top of the git repository ${top}.`, {
        code: 'usage.no_repository',
        fix: `Give ${top}, and a test command that starts in this directory: "cd ${below} && …".`,
      });
    }
  }
  const what =
    stats === null
      ? 'does not exist'
      : stats.isDirectory()
        ? 'is not a git repository: it has no .git'
        : 'is not a directory';
  throw new UsageError(`${named} ${what}.`, {
    code: 'usage.no_repository',
    fix: 'Give the top directory of a git repository, or its URL. `git init` and a commit make a directory a repository.',
  });
}

/** Whether it is the top of a work tree, or a bare repository. */
async function hasGit(dir: string): Promise<boolean> {
  for (const mark of ['.git', 'HEAD']) if (await stat(join(dir, mark)).catch(() => null)) return true;
  return false;
}

async function refIn(clone: SimpleGit, ref: string | undefined): Promise<string> {
  const exists = async (name: string) =>
    (await clone.raw('rev-parse', '--verify', '--quiet', `${name}^{commit}`).catch(() => '')) !== '';
  if (ref === undefined || ref === '') {
    if (await exists('HEAD')) return 'HEAD';
    throw new UsageError('The repository has no commit yet.', {
      code: 'usage.no_repository',
      fix: 'Commit your files: the last commit is used.',
    });
  }
  for (const name of [ref, `refs/remotes/origin/${ref}`]) if (await exists(name)) return name;
  throw new UsageError(`The repository has no branch, tag or commit ${ref}.`, {
    code: 'usage.no_repository',
    fix: 'Give an existing one after the #.',
  });
}

/** The topmost directories with one of `DEPENDENCY_DIRS` as name and without tracked files. */
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

/** The user's git with the user's credentials. It never prompts, runs no hook and writes no index. */
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

/** The reason that git prints, without its prefix. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  const line = lines.find((each) => /^(?:fatal|error): /.test(each)) ?? lines.at(-1) ?? 'git failed';
  return line.replace(/^(?:fatal|error): /, '').replace(/\.$/, '');
}
