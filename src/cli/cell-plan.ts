import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { normaliseEndpoint } from '../endpoint/probe/normalise-endpoint.js';
import { UsageError } from '../model/errors.js';
import type { CellPlan } from '../run/plan.js';
import { defaultLimits } from '../sandbox/limits/limits.js';
import type { Masked } from '../sandbox/sandbox.js';
import type { Task } from '../tasks/task.js';
import type { AgentChoice } from './agent-options.js';
import type { EndpointChoice } from './check-options.js';
import type { CliIo } from './io.js';
import type { CheckFlags } from './options/check.js';
import { limitsOf } from './options/limit.js';
import { say } from './say.js';

/** Model and endpoint of every cell of one command line. */
export type Player = Pick<CellPlan, 'model' | 'endpoint'>;

/** Who answers the agent, the model asked of the server when it was left out. Errors: UsageError. */
export async function playerOf(choice: EndpointChoice, flags: CheckFlags, io: CliIo): Promise<Player> {
  if (choice.kind === 'demo') return { model: `demo/${choice.script}`, endpoint: choice };
  const { key } = choice;
  const { baseUrl, correction } = normaliseEndpoint(choice.url);
  if (correction !== null) say(io.stderr, `${correction} Used: ${baseUrl}\n`);
  if (choice.model === null && flags.dryRun) {
    throw new UsageError('--dry-run asks no server, so it needs --model.', {
      code: 'usage.no_model',
      fix: 'Add --model ID.',
    });
  }
  const model = choice.model ?? (await onlyModel({ baseUrl, key }));
  return { model, endpoint: { kind: 'real', baseUrl, key } };
}

async function onlyModel(endpoint: { baseUrl: string; key: string | null }): Promise<string> {
  const { resolveModel } = await import('../endpoint/probe/resolve-model.js');
  return resolveModel(endpoint);
}

/** A cell and where its run is saved. */
export interface PlannedRun {
  plan: CellPlan;
  runDir: string;
}

export interface PlanParts {
  flags: CheckFlags;
  sweepId: string;
  task: Task;
  agent: AgentChoice;
  player: Player;
  /** Where the run is saved: below it in a directory of the run's id, or `runDir` itself. */
  runsDir: string;
  runDir?: string | undefined;
  /** Hidden from agent and tests: the task's secret half, and what holds a key. */
  masked: readonly Masked[];
}

/** One cell of a command line, with a run id of its own. */
export function planRun({
  flags,
  sweepId,
  task,
  agent,
  player,
  runsDir,
  masked,
  ...given
}: PlanParts): PlannedRun {
  const runId = randomBytes(4).toString('hex');
  const runDir = resolve(given.runDir ?? join(runsDir, runId));
  const plan: CellPlan = {
    runId,
    sweepId,
    run: 1,
    task,
    ...agent,
    ...player,
    timeoutS: flags.timeout ?? task.manifest.agentTimeoutS,
    idleS: flags.idleTimeout,
    budget: { maxCalls: flags.maxCalls ?? null, maxTokens: flags.maxTokens ?? null },
    price: flags.price ?? null,
    captureDir: flags.capture ? join(runDir, 'capture') : null,
    sandboxMode: flags.sandbox,
    limits: { ...defaultLimits(), ...limitsOf(flags.limit ?? []) },
    masked: [runsDir, runDir, ...masked],
    keep: flags.keep ?? false,
  };
  return { plan, runDir };
}

/** `local-20261123` */
export const sweepOfToday = (): string =>
  `local-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`;
