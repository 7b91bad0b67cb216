import type { OwnedPath } from '../host/owned-path.js';

/** What a command in a sandbox may use. All paths are absolute and exist. */
export interface SandboxPolicy {
  cwd: string;
  /** The only writable directories. */
  writable: string[];
  /** Directories or files to show although a mask covers them, such as toolchains and the agent's binary. */
  readable: string[];
  /** Paths that a task, plugin, adapter or repository named, readable at the same path. */
  named?: readonly OwnedPath[];
  /** Read-only mounts at other paths, where the mount point exists. See `mountsBound`. */
  bound?: readonly BoundDir[];
  /** Mounts at other paths, where the mount point need not exist outside. See `mountsBound`. */
  placed?: readonly PlacedDir[];
  /** Directories that look empty inside: the user's home, this program, its caches and saved runs, the task's tests and solution. */
  masked: readonly Masked[];
  /** The only network access: a loopback port inside that leads to the meter's unix socket. Null: no network. */
  meter: { port: number; socketPath: string } | null;
  /** The complete environment; nothing is inherited. */
  env: Record<string, string>;
}

/** A path to mask, below which mounts may still show something; or a secret, which no mount may equal or contain. */
export type Masked = string | { secret: string };

export interface BoundDir extends OwnedPath {
  /** Its path inside. */
  at: string;
}

export interface PlacedDir {
  from: string;
  at: string;
  writable: boolean;
}

/** Strongest first. */
export const WRAPPERS = ['bubblewrap', 'unshare', 'landlock', 'seatbelt'] as const;
export type Wrapper = (typeof WRAPPERS)[number];
export type SandboxKind = Wrapper | 'none';
/** `auto`: the strongest that works, or none. `required`: the strongest, or an error. `off`: none. A wrapper: that one, or an error. */
export type SandboxMode = 'auto' | 'required' | 'off' | Wrapper;

/** A way to run a command. `kind` is reported only after a probe saw it work. */
export interface Sandbox {
  kind: SandboxKind;
  /** Whether a command inside can reach the network without the meter. */
  directEgress: 'blocked' | 'possible';
  /** Whether every process inside dies with the outermost one, immediately (a PID namespace). */
  endsTogether: boolean;
  /** Whether it has its own network, with a bridge to the meter's socket. Otherwise the meter listens on a port of the host. */
  ownNetwork: boolean;
  /** The command line and environment that run `argv` under `policy`. */
  wrap(argv: readonly string[], policy: SandboxPolicy): WrappedCommand;
}

export interface WrappedCommand {
  argv: string[];
  env: Record<string, string>;
  /** Where the outer process starts, when the policy's `cwd` may exist only inside. */
  cwd?: string;
  /** Number of the sandbox's own processes above the command; each is the parent of the next. */
  layers: number;
}

/** Whether a sandbox supports `bound` and `placed`. Otherwise the caller copies the directories of `bound`. */
export function mountsBound({ kind }: Pick<Sandbox, 'kind'>): boolean {
  return kind === 'bubblewrap';
}
