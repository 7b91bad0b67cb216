import type { InstalledAgent } from '../agents/acquire.js';
import type { Sandbox } from '../sandbox/sandbox.js';

/** Everything the run needs besides the plan. */
export interface Ready {
  /** The git binary. */
  git: string;
  agent: InstalledAgent;
  sandbox: Sandbox;
  /** PATH inside the sandbox. */
  pathDirs: string[];
  /** Must stay readable inside the sandbox: toolchains and node. */
  readable: string[];
  /** Look empty inside the sandbox. */
  masked: string[];
  upstream: { baseUrl: string; key: string | null };
}

/** What preflight has found so far. */
export interface Found extends Partial<Pick<Ready, 'git' | 'agent' | 'sandbox' | 'upstream'>> {
  /** Of the task's toolchains. */
  binDirs: string[];
  readable: string[];
}
