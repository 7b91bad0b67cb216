import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../host/host.js';
import { shellWord } from '../host/shell-word.js';
import { ExitCode, UsageError } from '../model/errors.js';
import type { RunEvent } from '../model/events.js';
import type { RunRecord } from '../model/record.js';
import type { RunMaterial } from '../reporters/documents/formats.js';
import { toJson } from '../reporters/documents/json.js';
import type { Face } from '../reporters/live/face.js';
import type { CellPlan } from '../run/plan.js';
import { secrets } from '../sandbox/masked-places.js';
import { pruneRuns } from '../store/prune-runs.js';
import { openRunStore, type RunStore } from '../store/run-store.js';
import { againCommand, twinCommand } from './again-command.js';
import { chooseAgent } from './agent-options.js';
import { severalCells } from './cell-names.js';
import { planRun, playerOf, sweepOfToday } from './cell-plan.js';
import { chooseEndpoint } from './check-options.js';
import { chooseTask, withSeed } from './choose-task.js';
import { compareCommand } from './compare-command.js';
import { inGithub, tellGithub } from './github.js';
import { listenForInterrupt } from './interrupt.js';
import type { CliIo } from './io.js';
import { type KeySource, keySource } from './key-source.js';
import { isIncomplete, mayAsk } from './may-ask.js';
import { openFace } from './open-face.js';
import { openHost } from './open-host.js';
import { type CheckFlags, checkOptions } from './options/check.js';
import { refuseConflicts } from './options/refusals.js';
import { planReporting, type Reporting, writeReports } from './reporters.js';
import { freshMaterial } from './run-material.js';
import { putDocument } from './say.js';
import { tryTempDir } from './scratch.js';
import { keyPlaces, refuseStrayPlugins } from './secrets.js';
import { foundBaseUrl } from './used-endpoint.js';

/** The `check` command: from flags to exit code. One cell here; several are a sweep. */
export async function check(given: CheckFlags, io: CliIo): Promise<ExitCode> {
  const host = openHost(io);
  const envKey = io.env[checkOptions.key.env];
  const flags = withSeed(await complete(given, io, host));
  const several = await severalCells(flags, host);
  if (several !== null) {
    const { checkSeveral } = await import('./check-several.js');
    return checkSeveral(several, flags, host, io);
  }
  const agent = await chooseAgent(flags);
  const reporting = await planReporting(flags);
  const choice = await chooseEndpoint(flags, io);
  const task = await chooseTask(flags, host, io);
  try {
    const player = await playerOf(choice, flags, io);
    const { plan, runDir } = planRun({
      ...{ flags, agent, player, task: task.task, sweepId: sweepOfToday() },
      ...{ runsDir: host.runsDir, runDir: flags.out },
      masked: [...secrets(task.secretDirs), ...keyPlaces(flags, io)],
    });
    if (flags.dryRun) {
      const { describePlan } = await import('./dry-run.js');
      putDocument(io.stdout, toJson(await describePlan(plan, host, runDir)));
      return ExitCode.passed;
    }
    await refuseUsedDir(runDir);
    await tryTempDir(host.tempDir);
    refuseStrayPlugins(plan, host);
    const key = keySource(plan.endpoint, flags, envKey);
    const { store, ...result } = await runAndShow(plan, host, { runDir, flags, reporting, key }, io);
    try {
      await report(freshMaterial(result, runDir, host), reporting, io);
    } finally {
      store.release();
    }
    return result.record.exit_code as ExitCode;
  } finally {
    await task.close();
  }
}

/** The flags with what is missing asked for, where somebody can be asked. */
async function complete(flags: CheckFlags, io: CliIo, host: Host): Promise<CheckFlags> {
  if (!isIncomplete(flags, io) || !mayAsk(flags, io)) return flags;
  const { askMissing } = await import('./ask-missing.js');
  const completed = await askMissing(flags, io, host);
  // An answer may not go with what was given, as the demo and a key file.
  refuseConflicts(checkOptions, completed, io.env);
  return completed;
}

/** Writes what was asked for, and what GitHub shows of a run. */
async function report(material: RunMaterial, reporting: Reporting, io: CliIo): Promise<void> {
  await writeReports(reporting, material, io);
  if (!inGithub(io)) return;
  const page = await material.page();
  const { markdownPage } = await import('../reporters/documents/page/markdown-page.js');
  await tellGithub([page.record], async () => markdownPage(page), io);
}

interface ShownRun {
  runDir: string;
  flags: CheckFlags;
  reporting: Reporting;
  key: KeySource;
}

/** Runs the cell with its consumers on the event stream: the store, the record, the face. */
async function runAndShow(
  plan: CellPlan,
  host: Host,
  { runDir, flags, reporting, key }: ShownRun,
  io: CliIo,
): Promise<{ record: RunRecord; patch: string | null; store: RunStore }> {
  let face: Face | null = null;
  const store = openRunStore(runDir, (fault) => interrupt.fail(fault));
  const interrupt = listenForInterrupt(() => face?.interrupted());
  face = await openFace(flags, reporting, io, interrupt.press);
  const { stop, quit } = interrupt;
  let baseUrl: string | null = null;
  let patch: string | null = null;
  const emit = (event: RunEvent) => {
    baseUrl = foundBaseUrl(event) ?? baseUrl;
    if (event.type === 'diff') patch = event.patch;
    store.append(event);
    face?.send(event);
  };
  try {
    // After the face, which has something to show by then: the engine is most of this program.
    const { recordCell } = await import('../run/record-cell.js');
    const { record, keptWorkdir } = await recordCell(plan, host, { emit, stop, quit });
    store.finish(record);
    const fault = interrupt.fault();
    if (fault !== null) throw fault;
    if (flags.out === undefined) await pruneRuns(dirname(runDir), flags.keepRuns, Date.now());
    await face.finish(record, {
      ...store.kept(),
      workspace: keptWorkdir,
      ref: flags.out === undefined ? plan.runId : shellWord(runDir),
      again: againCommand(plan, flags, { baseUrl, key }),
      twin: twinCommand(plan, flags, { baseUrl, key }),
      compare: flags.out === undefined ? await compareCommand(record, dirname(runDir)) : null,
    });
    return { record, patch, store };
  } catch (error) {
    store.release();
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
