import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { normaliseEndpoint } from '../endpoint/probe/normalise-endpoint.js';
import { UsageError } from '../model/errors.js';
import type { CellPlan } from '../run/plan.js';
import { defaultLimits } from '../sandbox/limits/limits.js';
import type { Masked } from '../sandbox/sandbox.js';
import type { Task } from '../tasks/task.js';
import type { AgentChoice } from './choose-agent.js';
import type { EndpointChoice } from './choose-endpoint.js';
import { type CliIo, say } from './io.js';
import type { CheckFlags } from './options/check.js';
import { limitsOf } from './options/limit.js';

/** Model and endpoint of every cell of one command line. */
export type ModelSource = Pick<CellPlan, 'model' | 'endpoint'>;

/**
 * Where the answers come from: the demo, or the endpoint and its model. Asks the server for its model when none was
 * given.
 *
 * @throws UsageError
 */
export async function findModelSource(
  choice: EndpointChoice,
  flags: CheckFlags,
  io: CliIo,
): Promise<ModelSource> {
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

/** A planned cell, and where its run is saved. */
export interface PlannedRun {
  plan: CellPlan;
  runDir: string;
}

export interface PlanParts {
  flags: CheckFlags;
  sweepId: string;
  task: Task;
  agent: AgentChoice;
  source: ModelSource;
  /** The run is saved in `runDir`, or else in a directory named by its id below `runsDir`. */
  runsDir: string;
  runDir?: string | undefined;
  /** Hidden from agent and tests: solutions, hidden tests and key files. */
  masked: readonly Masked[];
}

/** Plans one cell, with a new run id. */
export function planRun({
  flags,
  sweepId,
  task,
  agent,
  source,
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
    ...source,
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

/** Sweep id of today (UTC), such as `local-20261123`. */
export const sweepOfToday = (): string =>
  `local-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`;
