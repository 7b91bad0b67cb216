import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunEvent } from '../cell/events.js';
import type { CellPlace, CellPlan } from '../cell/plan.js';
import { ExitCode, UsageError } from '../errors.js';
import type { Face } from '../faces/face.js';
import { toJson } from '../faces/json.js';
import { shellWord } from '../shell-word.js';
import { pruneRuns } from '../store/prune-runs.js';
import { openRunStore } from '../store/run-store.js';
import { againCommand, twinCommand } from './again-command.js';
import { chooseAgent } from './agent-options.js';
import { severalCells } from './cell-names.js';
import { cellPlace } from './cell-place.js';
import { planRun, playerOf, sweepOfToday } from './cell-plan.js';
import { type CheckFlags, chooseEndpoint, refuseTaskConflicts } from './check-options.js';
import { chooseTask, withSeed } from './choose-task.js';
import { compareCommand } from './compare-command.js';
import { inGithub, tellGithub } from './github.js';
import { listenForInterrupt } from './interrupt.js';
import type { CliIo } from './io.js';
import { isIncomplete, mayAsk } from './may-ask.js';
import { openFace } from './open-face.js';
import { findPaths, type Paths } from './paths.js';
import { planReporting, type Reporting, writeReports } from './reporters.js';
import { runMaterial } from './run-material.js';
import { putDocument } from './say.js';
import { tryTempDir } from './scratch.js';
import { hiddenOf, keyPlaces, refuseStrayPlugins, secrets } from './secrets.js';

/** The `check` command: from flags to exit code. One cell here; several are a sweep. */
export async function check(given: CheckFlags, io: CliIo): Promise<ExitCode> {
  const paths = findPaths();
  refuseTaskConflicts(given);
  const flags = withSeed(await complete(given, io, paths));
  const several = await severalCells(flags, paths, io);
  if (several !== null) {
    const { checkSeveral } = await import('./check-several.js');
    return checkSeveral(several, flags, paths, io);
  }
  const agent = await chooseAgent(flags);
  const reporting = await planReporting(flags);
  const choice = await chooseEndpoint(flags, io);
  const task = await chooseTask(flags, paths, io);
  try {
    const player = await playerOf(choice, flags, io);
    const { plan, runDir } = planRun({
      ...{ flags, agent, player, task: task.task, sweepId: sweepOfToday() },
      ...{ runsDir: paths.runsDir, runDir: flags.out },
    });
    if (flags.dryRun) {
      const { describePlan } = await import('./dry-run.js');
      putDocument(io.stdout, toJson(await describePlan(plan, cellPlace(paths, [], io), runDir)));
      return ExitCode.passed;
    }
    await refuseUsedDir(runDir);
    await tryTempDir(paths.tempDir);
    const masked = [
      ...[...hiddenOf(paths, io), runDir],
      ...[...secrets(task.secretDirs), ...keyPlaces(flags, io)],
    ];
    refuseStrayPlugins(plan, paths, masked);
    const exitCode = await runAndShow(plan, cellPlace(paths, masked, io), { runDir, flags, reporting }, io);
    const material = runMaterial(runDir, paths);
    await writeReports(reporting, material, io);
    if (inGithub(io)) {
      const page = await material.page();
      const { markdownPage } = await import('../faces/page/markdown-page.js');
      await tellGithub([page.record], async () => markdownPage(page), io);
    }
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
  let face: Face | null = null;
  const store = openRunStore(runDir, (fault) => interrupt.fail(fault));
  const interrupt = listenForInterrupt(() => face?.interrupted());
  face = await openFace(flags, reporting, io, interrupt.press);
  const { stop, quit } = interrupt;
  const emit = (event: RunEvent) => {
    store.append(event);
    face?.send(event);
  };
  try {
    // After the face, which has something to show by then: the engine is most of this program.
    const { recordCell } = await import('../cell/record-cell.js');
    const { record, keptWorkdir } = await recordCell(plan, place, { emit, stop, quit });
    store.finish(record);
    const fault = interrupt.fault();
    if (fault !== null) throw fault;
    if (flags.out === undefined) pruneRuns(dirname(runDir), flags.keepRuns);
    await face.finish(record, {
      ...store.kept(),
      workspace: keptWorkdir,
      ref: flags.out === undefined ? plan.runId : shellWord(runDir),
      again: againCommand(plan, flags),
      twin: twinCommand(plan, flags),
      compare: flags.out === undefined ? await compareCommand(record, dirname(runDir)) : null,
    });
    return record.exit_code as ExitCode;
  } catch (error) {
    await face.close();
    throw error;
  } finally {
    interrupt.dispose();
  }
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
