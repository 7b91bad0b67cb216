import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realPathOf } from '../host/owned-path.js';

/** Directories that every program needs. If one is a checkout, only its repository is listed, not the directory. */
const SYSTEM = new Set(['/', '/usr', '/usr/local', '/etc', '/var', '/opt', '/bin', '/lib', '/sbin']);

/**
 * Lists all directories from which git could restore the content of a directory: every checkout around it (its own, and
 * the super-project of a submodule), the common repository with its main and linked checkouts, and the repositories
 * from which it borrows objects. A sandbox must mask them, or an agent can read the solution there. Does not run git,
 * because the directory may belong to somebody else.
 */
export function relatedGitDirs(dir: string): string[] {
  const dirs = new Set<string>();
  const visited = new Set<string>();
  const addCheckout = (top: string) => {
    if (!SYSTEM.has(top)) dirs.add(top);
  };
  /** A directory and all its parents. */
  const addCheckoutsAround = (start: string): void => {
    for (let at = start; ; at = dirname(at)) {
      const gitDir = gitDirOf(at);
      if (gitDir !== null) {
        addCheckout(at);
        addRepository(gitDir);
      } else if (isRepository(at)) addRepository(at);
      if (dirname(at) === at) return;
    }
  };
  const addRepository = (gitDir: string): void => {
    if (visited.has(gitDir)) return;
    visited.add(gitDir);
    dirs.add(gitDir);
    const common = pathInFile(join(gitDir, 'commondir'), gitDir);
    if (common !== null) addRepository(common);
    // The main checkout, or a submodule's super-project, contains the repository below its `.git`.
    for (let at = gitDir; dirname(at) !== at; at = dirname(at))
      if (basename(at) === '.git') addCheckout(dirname(at));
    const worktree = worktreeOf(gitDir);
    if (worktree !== null) addCheckout(worktree);
    for (const name of namesIn(join(gitDir, 'worktrees'))) {
      const link = pathInFile(join(gitDir, 'worktrees', name, 'gitdir'), join(gitDir, 'worktrees', name));
      if (link !== null) addCheckout(dirname(link));
    }
    const objects = join(gitDir, 'objects');
    for (const line of linesOf(join(objects, 'info/alternates'))) {
      const lender = realPathOf(resolve(objects, unquoted(line)));
      if (lender === null) continue;
      dirs.add(lender);
      if (basename(lender) === 'objects') addRepository(dirname(lender));
    }
  };
  const real = realPathOf(dir);
  if (real !== null) addCheckoutsAround(real);
  return [...dirs];
}

/** The local path of a repository named by a path or a `file://` URL. Null for a repository on another machine. */
export function localPath(source: string): string | null {
  if (/^file:\/\//i.test(source)) {
    try {
      // Git ignores the host in a file:// URL.
      return fileURLToPath(source.replace(/^file:\/\/[^/]*/i, 'file://'));
    } catch {
      return null;
    }
  }
  return /^[a-z][a-z+.-]*:\/\/|^[\w.-]+@[\w.-]+:/i.test(source) ? null : resolve(source);
}

/** The repository of a checkout's top directory. Null when it is not a checkout. */
function gitDirOf(top: string): string | null {
  const dotGit = join(top, '.git');
  if (!existsSync(dotGit)) return null;
  if (statSync(dotGit).isDirectory()) return realPathOf(dotGit);
  return pathInFile(dotGit, top);
}

function isRepository(dir: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(dir, name)));
}

/** The path in the first line of a file, relative to `base`. */
function pathInFile(file: string, base: string): string | null {
  const [line] = linesOf(file);
  return line === undefined ? null : realPathOf(resolve(base, line.replace(/^gitdir:\s*/, '')));
}

/** `core.worktree`, which the repository of a submodule or of a separate git dir has. */
function worktreeOf(gitDir: string): string | null {
  const line = linesOf(join(gitDir, 'config')).find((each) => /^\s*worktree\s*=/i.test(each));
  return line === undefined ? null : realPathOf(resolve(gitDir, unquoted(line.replace(/^[^=]*=\s*/, ''))));
}

function unquoted(text: string): string {
  return /^".*"$/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  } catch {
    return [];
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
