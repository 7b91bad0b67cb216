import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realPathOf } from '../host/owned-path.js';

/** Tops that hold what every program needs; of a checkout that has one as its top, the repository alone is named. */
const SYSTEM = new Set(['/', '/usr', '/usr/local', '/etc', '/var', '/opt', '/bin', '/lib', '/sbin']);

/**
 * Where git keeps what a directory is checked out from: every checkout around it (its own, and that of a submodule's
 * super-project), the common repository with its main and its linked checkouts, and the repositories from which it borrows
 * objects. All of them tell what the directory itself hides. Git is not asked: the directory may be somebody else's.
 */
export function relatedGitDirs(dir: string): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const checkout = (top: string) => {
    if (!SYSTEM.has(top)) found.add(top);
  };
  /** A directory, and all that are above it. */
  const around = (start: string): void => {
    for (let at = start; ; at = dirname(at)) {
      const gitDir = gitDirOf(at);
      if (gitDir !== null) {
        checkout(at);
        repository(gitDir);
      } else if (isRepository(at)) repository(at);
      if (dirname(at) === at) return;
    }
  };
  const repository = (gitDir: string): void => {
    if (seen.has(gitDir)) return;
    seen.add(gitDir);
    found.add(gitDir);
    const common = named(join(gitDir, 'commondir'), gitDir);
    if (common !== null) repository(common);
    // A main checkout, or the super-project of a submodule, has it below a directory of this name.
    for (let at = gitDir; dirname(at) !== at; at = dirname(at))
      if (basename(at) === '.git') checkout(dirname(at));
    const worktree = worktreeOf(gitDir);
    if (worktree !== null) checkout(worktree);
    for (const name of namesIn(join(gitDir, 'worktrees'))) {
      const link = named(join(gitDir, 'worktrees', name, 'gitdir'), join(gitDir, 'worktrees', name));
      if (link !== null) checkout(dirname(link));
    }
    const objects = join(gitDir, 'objects');
    for (const line of linesOf(join(objects, 'info/alternates'))) {
      const lender = realPathOf(resolve(objects, unquoted(line)));
      if (lender === null) continue;
      found.add(lender);
      if (basename(lender) === 'objects') repository(dirname(lender));
    }
  };
  const real = realPathOf(dir);
  if (real !== null) around(real);
  return [...found];
}

/** The path of a repository that is named by one or by a `file://` URL; null for what lies on another machine. */
export function localPath(source: string): string | null {
  if (/^file:\/\//i.test(source)) {
    try {
      // Git takes a host for this machine, whatever its name.
      return fileURLToPath(source.replace(/^file:\/\/[^/]*/i, 'file://'));
    } catch {
      return null;
    }
  }
  return /^[a-z][a-z+.-]*:\/\/|^[\w.-]+@[\w.-]+:/i.test(source) ? null : resolve(source);
}

/** The repository of a checkout's top; null where there is none. */
function gitDirOf(top: string): string | null {
  const mark = join(top, '.git');
  if (!existsSync(mark)) return null;
  if (statSync(mark).isDirectory()) return realPathOf(mark);
  return named(mark, top);
}

function isRepository(dir: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(dir, name)));
}

/** The path on the first line of a file, from `base`. */
function named(file: string, base: string): string | null {
  const [line] = linesOf(file);
  return line === undefined ? null : realPathOf(resolve(base, line.replace(/^gitdir:\s*/, '')));
}

/** `core.worktree`, as a submodule's repository and one with a separate directory have it. */
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
