import type { AgentAdapter } from '../agents/adapter.js';
import type { CustomAgent } from '../agents/launch.js';
import type { Limits } from '../sandbox/limits/limits.js';
import type { Masked, SandboxMode } from '../sandbox/sandbox.js';
import type { Task } from '../tasks/task.js';
import type { BudgetPlan } from './budget.js';

/** What the scripted model does. */
export type DemoScript = 'oracle' | 'no-op' | 'cheat' | 'refuse';

export type EndpointPlan =
  | { kind: 'demo'; script: DemoScript }
  | {
      kind: 'real';
      /** With its path, such as `/v1`. */
      baseUrl: string;
      key: string | null;
    };

/** One cell to run (agent × model × task), with everything resolved. */
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
  budget: BudgetPlan;
  /** Money per million tokens, as the user gave it; null: no cost is reported. */
  price: { input: number; output: number } | null;
  /** Where complete requests and answers are saved, for debugging; null: nowhere. */
  captureDir: string | null;
  sandboxMode: SandboxMode;
  /** Resource limits of the agent. @default `defaultLimits()` */
  limits?: Limits;
  /** Hidden from agent and tests, in addition to this program's own paths: the run's record, solution and hidden tests, keys. */
  masked: readonly Masked[];
  /** Keep the workspace after any verdict. */
  keep: boolean;
}
