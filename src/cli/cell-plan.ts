import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { CellPlan } from '../cell/plan.js';
import { normaliseEndpoint } from '../endpoint/normalise-endpoint.js';
import { UsageError } from '../errors.js';
import { defaultLimits, type Limits } from '../sandbox/limits.js';
import type { Task } from '../tasks/task.js';
import type { AgentChoice } from './agent-options.js';
import type { CheckFlags, EndpointChoice } from './check-options.js';
import type { CliIo } from './io.js';
import { say } from './say.js';

/** Model and endpoint of every cell of one command line. */
export type Player = Pick<CellPlan, 'model' | 'endpoint'>;

/** Who answers the agent, the model asked of the server when it was left out. Errors: UsageError. */
export async function playerOf(choice: EndpointChoice, flags: CheckFlags, io: CliIo): Promise<Player> {
  if (choice.kind === 'demo') return { model: `demo/${choice.script}`, endpoint: choice };
  const { key } = choice;
  const { baseUrl, mended } = normaliseEndpoint(choice.url);
  if (mended !== null) say(io.stderr, `${mended} Used: ${baseUrl}\n`);
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
  const { resolveModel } = await import('../endpoint/resolve-model.js');
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
}

/** One cell of a command line, with a run id of its own. */
export function planRun({ flags, sweepId, task, agent, player, runsDir, ...given }: PlanParts): PlannedRun {
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
    limits: limitsOf(flags),
    keep: flags.keep ?? false,
  };
  return { plan, runDir };
}

/** `local-20261123` */
export const sweepOfToday = (): string =>
  `local-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`;

function limitsOf({ limitMemory, limitProcesses, limitCpu, limitDisk, limitFiles }: CheckFlags): Limits {
  const MB = 1024 * 1024;
  return {
    ...defaultLimits(),
    ...(limitMemory !== undefined && { memoryBytes: limitMemory * MB }),
    ...(limitProcesses !== undefined && { processes: limitProcesses }),
    ...(limitCpu !== undefined && { cpus: limitCpu }),
    ...(limitFiles !== undefined && { files: limitFiles }),
    ...(limitDisk !== undefined && { diskBytes: limitDisk * MB }),
  };
}
