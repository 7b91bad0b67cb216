import type { InstalledAgent } from '../agents/agent-binary.js';
import type { InstallStatus } from '../agents/install.js';
import type { SeededCache } from '../grading/seeded-cache.js';
import type { Snapshot } from '../grading/snapshot.js';
import type { Tools } from '../grading/workbench.js';
import type { ResolvedToolchain } from '../host/toolchains.js';
import type { BoundDir, Masked, Sandbox } from '../sandbox/sandbox.js';

/**
 * What a phase leaves for later phases and only this process can hold: programs, directories and snapshots, no facts.
 * Null: that phase has not succeeded.
 */
export interface Handles {
  ready: Ready | null;
  prepared: Prepared | null;
}

export const NO_HANDLES: Handles = { ready: null, prepared: null };

/** What preflight provides: everything the run needs besides the plan. */
export interface Ready extends Tools {
  /** The git binary. */
  git: string;
  agent: InstalledAgent;
  sandbox: Sandbox;
  /** Look empty inside the sandbox. */
  masked: Masked[];
  upstream: { baseUrl: string; key: string | null };
  /** How the agent's calls reach it; `bridged`: calls to `/responses` are translated, because the endpoint has only chat. */
  wire: 'chat' | 'responses' | 'bridged';
}

/** What the checks of preflight have found so far. */
export interface PreflightResults extends Partial<Pick<Ready, 'git' | 'agent' | 'sandbox' | 'upstream'>> {
  /** The version to install, until it is installed. */
  toInstall?: Extract<InstallStatus, { state: 'to_install' }>['pin'];
  toolchains: Array<Pick<Extract<ResolvedToolchain, { ok: true }>, 'binDirs' | 'readableRoots'>>;
  caches: SeededCache[];
}

/** The workspace as the agent gets it. */
export interface Prepared {
  before: Snapshot;
  /** The task's dependencies, to be mounted in the workspace. */
  bound: readonly BoundDir[];
}
