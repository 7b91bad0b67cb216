import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Host } from '../host/host.js';
import { tryTempDir } from '../host/temp-dir.js';
import { ExitCode, UsageError } from '../model/errors.js';
import { toJson } from '../reporters/documents/json.js';
import { secrets } from '../sandbox/masked-paths.js';
import type { CheckInput } from './ask-missing.js';
import { findModelSource, type PlannedRun, planRun, sweepOfToday } from './cell-plan.js';
import { tasksToCheck, withSeed } from './check-tasks.js';
import { type AgentChoice, chooseAgent, refuseStrayPlugins } from './choose-agent.js';
import { chooseEndpoint, keySource, maskedKeyFiles, takeKey } from './choose-endpoint.js';
import { type CliIo, putDocument } from './io.js';
import { openEach, sayRefused } from './open-each.js';
import { openHost } from './open-host.js';
import { ownAgentOptions } from './options/agent.js';
import { type CheckFlags, checkOptions } from './options/check.js';
import { endpointOptions } from './options/endpoint.js';
import { refuseConflicts } from './options/refusals.js';
import { optionWords, splitList } from './options/words.js';
import {
  inGithub,
  planReporting,
  refuseSingleCellFormats,
  renderCell,
  renderSweep,
  reportToGithub,
  writeReports,
} from './reporters.js';
import { type PlannedSweep, runAndShow } from './run-and-show.js';
import { wantsInk } from './terminal.js';

/**
 * The `check` command, from flags to exit code: every agent on every task in one sweep, often of one cell.
 *
 * @throws CabError when nothing could be run
 */
export async function check(given: CheckFlags, io: CliIo): Promise<ExitCode> {
  const host = openHost(io);
  const envKey = takeKey(io.env);
  const input = await askIfIncomplete({ flags: given, key: envKey }, io, host);
  const flags = withSeed(input.flags);
  const agents = await chooseAgents(flags);
  const reporting = await planReporting(flags);
  const choice = await chooseEndpoint(flags, input.key, io);
  const tasks = await tasksToCheck(flags, host, io);
  const several = agents.length * tasks.length > 1;
  if (several) refuseSingleCellFormats(reporting);
  const { opened, refused, close } = await openEach(tasks);
  try {
    const source = await findModelSource(choice, flags, io);
    const sweepId = several ? `${sweepOfToday()}-${randomBytes(3).toString('hex')}` : sweepOfToday();
    const runPaths =
      several && flags.out !== undefined
        ? { runsDir: resolve(flags.out) }
        : { runsDir: host.runsDir, runDir: flags.out };
    const masked = [...secrets(opened.flatMap(({ secretDirs }) => secretDirs)), ...maskedKeyFiles(flags, io)];
    const sweep: PlannedSweep = {
      ...{ sweepId, several, demo: source.endpoint.kind === 'demo', flags },
      key: keySource(source.endpoint, flags, envKey),
      runs: agents.flatMap((agent) =>
        opened.map(({ task }) => planRun({ flags, sweepId, task, agent, source, masked, ...runPaths })),
      ),
      refused: agents.flatMap(({ adapter }) =>
        refused.map(({ name, why }) => ({ tui: adapter.id, model: source.model, task_id: name, why })),
      ),
    };
    sayRefused(refused, io);
    if (flags.dryRun) return await printPlan(sweep, host, io);
    await Promise.all(sweep.runs.map(({ runDir }) => refuseUsedDir(runDir)));
    await tryTempDir(host.tempDir);
    for (const { plan } of sweep.runs) refuseStrayPlugins(plan, host);
    const result = await runAndShow(sweep, { host, reporting, io });
    try {
      const { record, cells } = result;
      const [only] = several ? [] : cells;
      const render = only ? renderCell(only, host) : renderSweep(record, host);
      await writeReports(reporting, render, io);
      if (inGithub(io)) await reportToGithub(record.cells, () => render('markdown'), io);
      return record.exit_code as ExitCode;
    } finally {
      result.release();
    }
  } finally {
    await close();
  }
}

/** Asks for what is missing, if the user can be asked. */
async function askIfIncomplete(given: CheckInput, io: CliIo, host: Host): Promise<CheckInput> {
  if (!isIncomplete(given.flags, io) || !mayAsk(given.flags, io)) return given;
  const { askMissing } = await import('./ask-missing.js');
  const completed = await askMissing(given, io, host);
  // An answer can conflict with a given flag, such as the demo with a key file.
  refuseConflicts(checkOptions, completed.flags, io.env);
  return completed;
}

/** Whether endpoint or model is missing. Everything else has a default. */
export function isIncomplete({ demo, endpoint, model }: CheckFlags, { env }: CliIo): boolean {
  return (
    demo === undefined &&
    (!(endpoint || env[endpointOptions.endpoint.env]) || !(model || env[endpointOptions.model.env]))
  );
}

/** Whether the user can be asked: there is a terminal, and no script waits for the result. */
export function mayAsk(flags: CheckFlags, io: CliIo): boolean {
  // `--key -` and the questions would both read stdin.
  return !flags.json && flags.key !== '-' && Boolean(io.stdin.isTTY) && wantsInk(io);
}

async function chooseAgents(flags: CheckFlags): Promise<AgentChoice[]> {
  if (flags.tui === undefined) return [await chooseAgent(flags)];
  const tuis = splitList(flags.tui);
  const [own] = optionWords(ownAgentOptions, flags);
  if (tuis.length > 1 && own !== undefined) {
    throw new UsageError(`${own.split('=')[0]} applies to one agent, but --tui names ${tuis.length}.`, {
      code: 'usage.several_agents',
      fix: 'Leave it out, or run the agents one by one.',
    });
  }
  return Promise.all(tuis.map((tui) => chooseAgent({ ...flags, tui })));
}

/** Prints what would be run, as JSON. */
async function printPlan(
  { runs, refused, several, sweepId, flags }: PlannedSweep,
  host: Host,
  io: CliIo,
): Promise<ExitCode> {
  const { describePlan } = await import('./dry-run.js');
  const cells = await Promise.all(
    runs.map(({ plan, runDir }: PlannedRun) => describePlan(plan, host, runDir)),
  );
  const sweep = { sweep_id: sweepId, jobs: flags.jobs ?? 1, cells, not_started: refused };
  putDocument(io.stdout, toJson(several ? sweep : (cells[0] ?? {})));
  return runs.length > 0 ? ExitCode.passed : ExitCode.usage;
}

/** @throws UsageError when an earlier run would be overwritten */
async function refuseUsedDir(runDir: string): Promise<void> {
  const used = await access(join(runDir, 'events.jsonl')).then(
    () => true,
    () => false,
  );
  if (!used) return;
  throw new UsageError(`${runDir} already holds a run.`, {
    code: 'usage.used_out_dir',
    fix: 'Give --out another directory.',
  });
}
