import type { SandboxPolicy } from './sandbox.js';

/** Everything a child may use; the rest is closed to it. Paths are absolute and exist. */
export interface ConfineOptions extends Pick<SandboxPolicy, 'readable' | 'named' | 'masked' | 'meter'> {
  /** Its working directory, writable. */
  workspace: string;
  /** Path of the workspace inside the sandbox, if it differs. See `mountsBound`. */
  mountedAt?: string | undefined;
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
  const { workspace, mountedAt, home, tmp, pathDirs, env, bound = [], placed = [], ...rest } = options;
  const own = home === tmp ? [home] : [home, tmp];
  return {
    ...rest,
    ...(mountedAt === undefined
      ? { cwd: workspace, writable: [workspace, ...own], placed }
      : {
          cwd: mountedAt,
          writable: own,
          placed: [{ from: workspace, at: mountedAt, writable: true }, ...placed],
        }),
    bound,
    env: { PATH: pathDirs.join(':'), HOME: home, TMPDIR: tmp, ...env },
  };
}
