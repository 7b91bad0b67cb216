import type { Standing } from '../agents/acquire.js';
import type { InstalledAgent } from '../agents/installed-agent.js';
import type { SeededCache } from '../grading/seeded-cache.js';
import type { Masked, Sandbox } from '../sandbox/sandbox.js';

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
  masked: Masked[];
  /** Build caches of the toolchains, for the tests. */
  caches: SeededCache[];
  upstream: { baseUrl: string; key: string | null };
  /** How the agent's calls reach it: `bridged` are those for `/responses` to an endpoint that has only chat. */
  wire: 'chat' | 'responses' | 'bridged';
}

/** What preflight has found so far. */
export interface Found extends Partial<Pick<Ready, 'git' | 'agent' | 'sandbox' | 'upstream'>> {
  /** The agent's, as long as it is not installed. */
  toInstall?: Extract<Standing, { state: 'to_install' }>['pin'];
  /** Of the task's toolchains. */
  binDirs: string[];
  readable: string[];
  caches: SeededCache[];
}
