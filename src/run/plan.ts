import type { AgentHost } from '../agents/acquire.js';
import type { AgentAdapter } from '../agents/adapter.js';
import type { CustomAgent } from '../agents/custom.js';
import type { Limits } from '../sandbox/limits/limits.js';
import type { Masked, SandboxMode } from '../sandbox/sandbox.js';
import type { Task } from '../tasks/task.js';
import type { BudgetLimits } from './budget.js';

/** Which part the scripted model plays. */
export type DemoScript = 'oracle' | 'no-op' | 'cheat' | 'refuse';

export type EndpointPlan =
  | { kind: 'demo'; script: DemoScript }
  | {
      kind: 'real';
      /** With its path, such as `/v1`. */
      baseUrl: string;
      key: string | null;
    };

/** One cell to run: agent × model × task, everything resolved. */
export interface CellPlan {
  runId: string;
  sweepId: string;
  /** 1-based repeat. */
  run: number;
  task: Task;
  adapter: AgentAdapter;
  /** A binary to use in place of the pinned install; null for the install. */
  agentBin: string | null;
  custom: CustomAgent;
  model: string;
  endpoint: EndpointPlan;
  timeoutS: number;
  idleS: number;
  budget: BudgetLimits;
  /** Money per million tokens in and out, as the user gave it; null: cost is not told. */
  price: { input: number; output: number } | null;
  /** Where every request and answer is kept whole, for debugging; null: nowhere. */
  captureDir: string | null;
  sandboxMode: SandboxMode;
  /** Of the machine, for the agent. @default `defaultLimits()` */
  limits?: Limits;
  /** Keep the workspace whatever the verdict. */
  keep: boolean;
}

/** Where the cell finds this machine. */
export interface CellPlace {
  cliVersion: string;
  /** Installed agents. */
  cacheDir: string;
  tempDir: string;
  /** The user's home: empty inside the sandbox. */
  home: string;
  /** Besides the home: this package, saved runs, the task's directory. Existing ones look empty inside the sandbox. */
  masked: Masked[];
  /** The compiled loopback bridge of the sandbox. */
  bridge: string;
  /** The compiled watchdog of runs without one. */
  watchdog: string;
  machine: { os: string; arch: string; node: string };
  /** The node that runs us. */
  node: string;
  /** The user's environment without our variables: for the installer and the toolchain probes. */
  env: Record<string, string>;
}

/** The place as the agents' installers see it. */
export function agentHost({ cacheDir, node, machine, env }: CellPlace): AgentHost {
  return { cacheDir, node: { path: node, version: machine.node }, env };
}
