import type { InstalledAgent } from '../agents/agent-binary.js';
import type { InstallStatus } from '../agents/install.js';
import type { SeededCache } from '../grading/seeded-cache.js';
import type { Tools } from '../grading/workbench.js';
import type { ResolvedToolchain } from '../host/toolchains.js';
import type { Masked, Sandbox } from '../sandbox/sandbox.js';

/** Everything the run needs besides the plan. */
export interface Ready extends Tools {
  /** The git binary. */
  git: string;
  agent: InstalledAgent;
  sandbox: Sandbox;
  /** Look empty inside the sandbox. */
  masked: Masked[];
  upstream: { baseUrl: string; key: string | null };
  /** How the agent's calls reach it: `bridged` are those for `/responses` to an endpoint that has only chat. */
  wire: 'chat' | 'responses' | 'bridged';
}

/** What preflight has found so far. */
export interface Found extends Partial<Pick<Ready, 'git' | 'agent' | 'sandbox' | 'upstream'>> {
  /** The agent's, as long as it is not installed. */
  toInstall?: Extract<InstallStatus, { state: 'to_install' }>['pin'];
  toolchains: Array<Pick<Extract<ResolvedToolchain, { ok: true }>, 'binDirs' | 'readableRoots'>>;
  caches: SeededCache[];
}
