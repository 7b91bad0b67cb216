import type { SandboxPolicy } from './sandbox.js';

/** What a child is given: all else is closed to it. Paths are absolute and exist. */
export interface ConfineOptions extends Pick<SandboxPolicy, 'readable' | 'named' | 'masked' | 'meter'> {
  /** What it works on: its working directory, and writable. */
  tree: string;
  /** Where the tree stands inside, when not where it is. See `mountsBound`. */
  at?: string | undefined;
  bound?: SandboxPolicy['bound'] | undefined;
  placed?: SandboxPolicy['placed'] | undefined;
  /** Its own, and writable: HOME and TMPDIR, which may be one directory. */
  home: string;
  tmp: string;
  /** Its PATH. */
  pathDirs: readonly string[];
  /** The rest of its environment, which may override these. */
  env: Readonly<Record<string, string>>;
}

/** The one builder of a child's confinement: of the agent, of graded code, and of a script of the task's. */
export function confine(given: ConfineOptions): SandboxPolicy {
  const { tree, at, home, tmp, pathDirs, env, bound = [], placed = [], ...rest } = given;
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
