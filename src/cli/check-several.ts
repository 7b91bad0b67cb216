import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Host } from '../host/host.js';
import { shellWord } from '../host/shell-word.js';
import { ExitCode, UsageError } from '../model/errors.js';
import type { NotStarted, SweepRecord } from '../model/sweep-record.js';
import { toJson } from '../reporters/documents/json.js';
import type { SweepFace } from '../reporters/live/sweep/sweep-face.js';
import { secrets } from '../sandbox/masked-places.js';
import { pruneRuns } from '../store/prune-runs.js';
import { makeRunDir, openRunStore, type RunStore } from '../store/run-store.js';
import { chooseAgent } from './agent-options.js';
import type { CellNames } from './cell-names.js';
import { type PlannedRun, planRun, playerOf, sweepOfToday } from './cell-plan.js';
import { chooseEndpoint } from './check-options.js';
import { chooseTask } from './choose-task.js';
import { inGithub, tellGithub } from './github.js';
import { listenForInterrupt } from './interrupt.js';
import type { CliIo } from './io.js';
import { openEach, sayRefused } from './open-each.js';
import { openSweepFace } from './open-face.js';
import { ownAgentOptions } from './options/agent.js';
import type { CheckFlags } from './options/check.js';
import { optionWords } from './options/words.js';
import { planReporting } from './reporters.js';
import { putDocument } from './say.js';
import { tryTempDir } from './scratch.js';
import { keyPlaces, refuseStrayPlugins } from './secrets.js';
import { sweepDocument, writeSweepReports } from './sweep-reports.js';

/** The `check` command of several cells: every agent on every task, in one sweep. Errors: UsageError before anything runs. */
export async function checkSeveral(
  { tuis, tasks }: CellNames,
  flags: CheckFlags,
  host: Host,
  io: CliIo,
): Promise<ExitCode> {
  refuseForSeveral(flags, tuis);
  const agents = await Promise.all(
    (tuis.length > 0 ? tuis : [undefined]).map((tui) => chooseAgent(withTui(flags, tui))),
  );
  const reporting = await planReporting(flags);
  const wanted = [
    ...(reporting.stdout === null ? [] : [reporting.stdout]),
    ...reporting.files.map(({ format }) => format),
  ];
  for (const format of wanted) sweepDocument(format);
  const choice = await chooseEndpoint(flags, io);
  const found = (tasks ?? [undefined]).map((task) => ({
    name: task ?? '',
    open: () => chooseTask(task === undefined ? flags : { ...flags, task }, host, io),
  }));
  const { opened, refused, close } = await openEach(found);
  try {
    const player = await playerOf(choice, flags, io);
    const sweepId = `${sweepOfToday()}-${randomBytes(3).toString('hex')}`;
    const runsDir = flags.out === undefined ? host.runsDir : resolve(flags.out);
    const masked = [...secrets(opened.flatMap(({ secretDirs }) => secretDirs)), ...keyPlaces(flags, io)];
    const runs = agents.flatMap((agent) =>
      opened.map(({ task }) => planRun({ flags, sweepId, task, agent, player, runsDir, masked })),
    );
    const notStarted = agents.flatMap(({ adapter }) =>
      refused.map(({ name, why }) => ({ tui: adapter.id, model: player.model, task_id: name, why })),
    );
    for (const { plan } of runs) refuseStrayPlugins(plan, host);
    sayRefused(refused, io);
    if (flags.dryRun) {
      const { describePlan } = await import('./dry-run.js');
      const cells = await Promise.all(runs.map(({ plan, runDir }) => describePlan(plan, host, runDir)));
      putDocument(
        io.stdout,
        toJson({ sweep_id: sweepId, jobs: flags.jobs ?? 1, cells, not_started: notStarted }),
      );
      return runs.length > 0 ? ExitCode.passed : ExitCode.usage;
    }
    await tryTempDir(host.tempDir);
    makeRunDir(runsDir);
    const face = (onInterrupt: () => void) =>
      openSweepFace({ flags, reporting, io, onInterrupt, cells: runs.map(({ plan }) => nameOf(plan)) });
    const demo = player.endpoint.kind === 'demo';
    const sweep = await runAndShow({
      runs,
      refused: notStarted,
      demo,
      sweepId,
      runsDir,
      host,
      flags,
      openFace: face,
    });
    await writeSweepReports(reporting, sweep, host, io);
    if (inGithub(io)) await tellGithub(sweep.cells, () => sweepDocument('markdown')(sweep, host), io);
    return sweep.exit_code as ExitCode;
  } finally {
    await close();
  }
}

const nameOf = ({ adapter, model, task }: PlannedRun['plan']) => ({
  tui: adapter.id,
  model,
  taskId: task.id,
});

const withTui = (flags: CheckFlags, tui: string | undefined) =>
  tui === undefined ? flags : { ...flags, tui };

function refuseForSeveral(flags: CheckFlags, tuis: readonly string[]): void {
  const [own] = optionWords(ownAgentOptions, flags);
  if (tuis.length > 1 && own !== undefined) {
    throw new UsageError(`${own.split('=')[0]} is one agent's, and --tui names ${tuis.length}.`, {
      code: 'usage.several_agents',
      fix: 'Leave it out, or run the agents one by one.',
    });
  }
}

interface SweepRun {
  runs: readonly PlannedRun[];
  refused: readonly NotStarted[];
  demo: boolean;
  sweepId: string;
  runsDir: string;
  host: Host;
  flags: CheckFlags;
  openFace: (onInterrupt: () => void) => Promise<SweepFace>;
}

/** Runs the cells with their consumers on the event streams: a store each, the face of all. */
async function runAndShow({
  runs,
  sweepId,
  runsDir,
  host,
  flags,
  openFace,
  ...told
}: SweepRun): Promise<SweepRecord> {
  let face: SweepFace | null = null;
  const interrupt = listenForInterrupt(() => face?.interrupted());
  const stores = new Map<number, RunStore>();
  const storeOf = (cell: number) => {
    const store = stores.get(cell) ?? openRunStore(runs[cell]?.runDir ?? '', interrupt.fail);
    stores.set(cell, store);
    return store;
  };
  const shown = await openFace(interrupt.press);
  face = shown;
  try {
    const { runSweep } = await import('../run/run-sweep.js');
    const plan = { sweepId, cells: runs.map(({ plan }) => plan), jobs: flags.jobs ?? 1, ...told };
    const sweep = await runSweep(plan, host, {
      emit(cell, event) {
        storeOf(cell).append(event);
        shown.send(cell, event);
      },
      ended(cell, record, workspace) {
        storeOf(cell).finish(record);
        const ref = flags.out === undefined ? record.run_id : shellWord(runs[cell]?.runDir ?? '');
        shown.ended(cell, record, { ref, workspace });
      },
      stop: interrupt.stop,
      quit: interrupt.quit,
    });
    const fault = interrupt.fault();
    if (fault !== null) throw fault;
    if (flags.out === undefined) await pruneRuns(runsDir, flags.keepRuns, Date.now());
    await shown.finish(sweep);
    return sweep;
  } catch (error) {
    await shown.close();
    throw error;
  } finally {
    for (const store of stores.values()) store.release();
    interrupt.dispose();
  }
}
