import type { OwnedPath } from '../host/owned-path.js';

/** What a wrapped command may touch. All paths are absolute and exist. */
export interface SandboxPolicy {
  cwd: string;
  /** The only directories that can be written. */
  writable: string[];
  /** Directories or files that must stay readable although a mask covers them (toolchains, the agent's binary). */
  readable: string[];
  /** What others than the program and the user named, to be read where it lies. */
  named?: readonly OwnedPath[];
  /** Directories of elsewhere that stand inside, read-only; the mount points exist. See `mountsBound`. */
  bound?: readonly BoundDir[];
  /** Directories of elsewhere that stand inside at paths which need not exist here. See `mountsBound`. */
  placed?: readonly PlacedDir[];
  /** Directories that look empty inside: the user's home, this program, its caches and saved runs, the task's secret half. */
  masked: readonly Masked[];
  /** The one way out: a loopback port inside that leads to the meter's unix socket. Null: no network at all. */
  meter: { port: number; socketPath: string } | null;
  /** The whole environment inside; nothing is inherited. */
  env: Record<string, string>;
}

/** A place, in which what is needed is shown; or a secret, which no mount may be or hold. */
export type Masked = string | { secret: string };

export interface BoundDir extends OwnedPath {
  /** Where it stands inside. */
  at: string;
}

export interface PlacedDir {
  from: string;
  at: string;
  writable: boolean;
}

/** The strongest first. */
export const WRAPPERS = ['bubblewrap', 'unshare', 'landlock', 'seatbelt'] as const;
export type Wrapper = (typeof WRAPPERS)[number];
export type SandboxKind = Wrapper | 'none';
/** The best that works, or none; the best, or nothing is run; none; that one, or nothing is run. */
export type SandboxMode = 'auto' | 'required' | 'off' | Wrapper;

/** A way to run a command, reported as it is: `kind` is what a probe saw working. */
export interface Sandbox {
  kind: SandboxKind;
  /** Whether what runs inside can reach the network by itself. */
  directEgress: 'blocked' | 'possible';
  /** Whether all that runs inside dies with the outermost process, at once and for certain (a PID namespace). */
  endsTogether: boolean;
  /** Whether it has a network of its own, in which a bridge leads to the meter's socket; else the meter's port is the host's. */
  ownNetwork: boolean;
  /** The command line that runs `argv` under `policy`. Env of the outer process included. */
  wrap(argv: readonly string[], policy: SandboxPolicy): WrappedCommand;
}

export interface WrappedCommand {
  argv: string[];
  env: Record<string, string>;
  /** Where the outer process starts, when the policy's directory may exist inside only. */
  cwd?: string;
  /** Processes of the sandbox's own, each the child of the one before, of which the command is the last child. */
  layers: number;
}

/** Whether a sandbox sees to `bound` and `placed`; elsewhere what `bound` names has to be copied. */
export function mountsBound({ kind }: Pick<Sandbox, 'kind'>): boolean {
  return kind === 'bubblewrap';
}
