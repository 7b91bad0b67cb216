import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { RunEvent } from '../cell/events.js';
import { foldRecord } from '../cell/fold-record.js';
import type { CellPlace, CellPlan } from '../cell/plan.js';
import { normaliseEndpoint } from '../endpoint/normalise-endpoint.js';
import { ExitCode, UsageError } from '../errors.js';
import type { Face } from '../faces/face.js';
import { toJson } from '../faces/json.js';
import { defaultLimits, type Limits } from '../sandbox/limits.js';
import { secretPlaces } from '../sandbox/masked-places.js';
import { shellWord } from '../shell-word.js';
import { pruneRuns } from '../store/prune-runs.js';
import { openRunStore } from '../store/run-store.js';
import { againCommand } from './again-command.js';
import { chooseAgent } from './agent-options.js';
import { cellPlace } from './cell-place.js';
import {
  type CheckFlags,
  chooseEndpoint,
  type EndpointChoice,
  refuseTaskConflicts,
} from './check-options.js';
import { chooseTask, withSeed } from './choose-task.js';
import { tellGithub } from './github.js';
import { listenForInterrupt } from './interrupt.js';
import type { CliIo } from './io.js';
import { isIncomplete, mayAsk } from './may-ask.js';
import { openFace } from './open-face.js';
import { findPaths, type Paths } from './paths.js';
import { planReporting, type Reporting, writeReports } from './reporters.js';
import { runMaterial } from './run-material.js';

/** The `check` command: one cell from flags to exit code. */
export async function check(given: CheckFlags, io: CliIo): Promise<ExitCode> {
  const paths = findPaths();
  refuseTaskConflicts(given);
  const flags = withSeed(await complete(given, io, paths));
  const agent = await chooseAgent(flags);
  const reporting = await planReporting(flags);
  const choice = await chooseEndpoint(flags, io);
  const task = await chooseTask(flags, paths, io);
  try {
    const runId = randomBytes(4).toString('hex');
    const runDir = resolve(flags.out ?? join(paths.runsDir, runId));
    const plan: CellPlan = {
      runId,
      sweepId: `local-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`,
      run: 1,
      task: task.task,
      ...agent,
      ...(await playerOf(choice, flags, io)),
      timeoutS: flags.timeout ?? task.task.manifest.agentTimeoutS,
      idleS: flags.idleTimeout,
      budget: { maxCalls: flags.maxCalls ?? null, maxTokens: flags.maxTokens ?? null },
      price: flags.price ?? null,
      captureDir: flags.capture ? join(runDir, 'capture') : null,
      sandboxMode: flags.sandbox,
      limits: limitsOf(flags),
      keep: flags.keep ?? false,
    };
    if (flags.dryRun) {
      const { describePlan } = await import('./dry-run.js');
      io.stdout.write(toJson(await describePlan(plan, cellPlace(paths, [], io), runDir)));
      return ExitCode.passed;
    }
    await refuseUsedDir(runDir);
    const keyFile = flags.keyFile === undefined ? [] : [resolve(flags.keyFile)];
    const secrets = [...secretPlaces(io.env), ...keyFile];
    const masked = [paths.packageRoot, paths.runsDir, runDir, ...task.secretDirs, ...secrets];
    const exitCode = await runAndShow(plan, cellPlace(paths, masked, io), { runDir, flags, reporting }, io);
    const material = runMaterial(runDir, paths);
    await writeReports(reporting, material, io);
    await tellGithub(material, io);
    return exitCode;
  } finally {
    await task.close();
  }
}

/** The flags with what is missing asked for, where somebody can be asked. */
async function complete(flags: CheckFlags, io: CliIo, paths: Paths): Promise<CheckFlags> {
  if (!isIncomplete(flags, io) || !mayAsk(flags, io)) return flags;
  const { askMissing } = await import('./ask-missing.js');
  return askMissing(flags, io, paths);
}

/** Runs the cell with its consumers on the event stream: the store, the record, the face. */
async function runAndShow(
  plan: CellPlan,
  place: CellPlace,
  { runDir, flags, reporting }: { runDir: string; flags: CheckFlags; reporting: Reporting },
  io: CliIo,
): Promise<ExitCode> {
  const events: RunEvent[] = [];
  let face: Face | null = null;
  const interrupt = listenForInterrupt(() => face?.interrupted());
  const store = openRunStore(runDir, interrupt.fail);
  face = await openFace(flags, reporting, io, interrupt.press);
  const { stop, quit } = interrupt;
  let over = false;
  const emit = (event: RunEvent) => {
    // What was dropped by a quit may still have something to say.
    if (over) return;
    // The record needs none of the agent's raw output, which may be long.
    if (event.type !== 'agent_output') events.push(event);
    store.append(event);
    face?.send(event);
  };
  try {
    // After the face, which has something to show by then: the engine is most of this program.
    const { runCell } = await import('../cell/run-cell.js');
    const { keptWorkdir } = await runCell(plan, place, { emit, stop, quit });
    over = true;
    const record = foldRecord(events);
    store.finish(record);
    const fault = interrupt.fault();
    if (fault !== null) throw fault;
    if (flags.out === undefined) pruneRuns(dirname(runDir), flags.keepRuns);
    await face.finish(record, {
      ...store.kept(),
      workspace: keptWorkdir,
      ref: flags.out === undefined ? plan.runId : shellWord(runDir),
      again: againCommand(plan, flags),
    });
    return record.exit_code as ExitCode;
  } catch (error) {
    await face.close();
    throw error;
  } finally {
    interrupt.dispose();
  }
}

async function playerOf(
  choice: EndpointChoice,
  flags: CheckFlags,
  io: CliIo,
): Promise<Pick<CellPlan, 'model' | 'endpoint'>> {
  if (choice.kind === 'demo') return { model: `demo/${choice.script}`, endpoint: choice };
  const { key } = choice;
  const { baseUrl, mended } = normaliseEndpoint(choice.url);
  if (mended !== null) io.stderr.write(`${mended} Used: ${baseUrl}\n`);
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

/** An earlier run's record is never written over. */
async function refuseUsedDir(runDir: string): Promise<void> {
  const used = await access(join(runDir, 'events.jsonl')).then(
    () => true,
    () => false,
  );
  if (!used) return;
  throw new UsageError(`${runDir} holds a run already.`, {
    code: 'usage.used_out_dir',
    fix: 'Give --out another directory.',
  });
}
