import type { SandboxPolicy } from './sandbox.js';

/** Everything a child may use; the rest is closed to it. Paths are absolute and exist. */
export interface ConfineOptions extends Pick<SandboxPolicy, 'readable' | 'named' | 'masked' | 'meter'> {
  /** Its working directory, writable. */
  tree: string;
  /** Path of the tree inside the sandbox, if it differs. See `mountsBound`. */
  at?: string | undefined;
  bound?: SandboxPolicy['bound'] | undefined;
  placed?: SandboxPolicy['placed'] | undefined;
  /** HOME and TMPDIR, writable. They may be the same directory. */
  home: string;
  tmp: string;
  /** Directories of its PATH. */
  pathDirs: readonly string[];
  /** More variables; they override PATH, HOME and TMPDIR. */
  env: Readonly<Record<string, string>>;
}

/** Returns the policy of a child. Agents, graded code and task scripts all get their confinement here. */
export function confine(options: ConfineOptions): SandboxPolicy {
  const { tree, at, home, tmp, pathDirs, env, bound = [], placed = [], ...rest } = options;
  const own = home === tmp ? [home] : [home, tmp];
  return {
    ...rest,
    ...(at === undefined
      ? { cwd: tree, writable: [tree, ...own], placed }
      : { cwd: at, writable: own, placed: [{ from: tree, at, writable: true }, ...placed] }),
    bound,
    env: { PATH: pathDirs.join(':'), HOME: home, TMPDIR: tmp, ...env },
  };
}
