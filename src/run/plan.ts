import type { AgentAdapter } from '../agents/adapter.js';
import type { CustomAgent } from '../agents/custom.js';
import type { Limits } from '../sandbox/limits/limits.js';
import type { Masked, SandboxMode } from '../sandbox/sandbox.js';
import type { Task } from '../tasks/task.js';
import type { BudgetPlan } from './budget.js';

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
  budget: BudgetPlan;
  /** Money per million tokens in and out, as the user gave it; null: cost is not told. */
  price: { input: number; output: number } | null;
  /** Where every request and answer is kept whole, for debugging; null: nowhere. */
  captureDir: string | null;
  sandboxMode: SandboxMode;
  /** Of the machine, for the agent. @default `defaultLimits()` */
  limits?: Limits;
  /** Hidden from agent and tests besides this program's own: the run's record, the task's secret half, keys. */
  masked: readonly Masked[];
  /** Keep the workspace whatever the verdict. */
  keep: boolean;
}
