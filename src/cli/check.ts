import { randomBytes } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { version } from '../../package.json';
import { findAdapter } from '../agents/adapters.js';
import type { RunEvent } from '../cell/events.js';
import { foldRecord } from '../cell/fold-record.js';
import type { CellPlace, CellPlan } from '../cell/plan.js';
import { type CellEnd, runCell } from '../cell/run-cell.js';
import { normaliseEndpoint } from '../endpoint/normalise-endpoint.js';
import { resolveModel } from '../endpoint/resolve-model.js';
import { ExitCode, UsageError } from '../errors.js';
import { toJson } from '../faces/json.js';
import { openRunStore, type RunStore } from '../store/run-store.js';
import { againCommand } from './again-command.js';
import { type CheckFlags, chooseEndpoint, type EndpointChoice } from './check-options.js';
import { describePlan } from './dry-run.js';
import { listenForInterrupt } from './interrupt.js';
import type { CliIo } from './io.js';
import { openFace } from './open-face.js';
import { openTask } from './open-task.js';
import { findPaths, type Paths } from './paths.js';

/** The `check` command: one cell from flags to exit code. */
export async function check(flags: CheckFlags, io: CliIo): Promise<ExitCode> {
  const adapter = findAdapter(flags.tui);
  const choice = await chooseEndpoint(flags, io);
  const agentBin = flags.agentBin === undefined ? null : await executable(flags.agentBin);
  const paths = findPaths();
  const task = await openTask(flags.task, paths);
  try {
    const plan: CellPlan = {
      runId: randomBytes(4).toString('hex'),
      sweepId: `local-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`,
      run: 1,
      task: task.task,
      adapter,
      agentBin,
      ...(await playerOf(choice, flags)),
      timeoutS: flags.timeout ?? task.task.manifest.agentTimeoutS,
      idleS: flags.idleTimeout,
      budget: { maxCalls: flags.maxCalls ?? null, maxTokens: flags.maxTokens ?? null },
      price: flags.price ?? null,
      sandboxMode: flags.sandbox,
      keep: flags.keep ?? false,
    };
    const runDir = resolve(flags.out ?? join(paths.runsDir, plan.runId));
    if (flags.dryRun) {
      io.stdout.write(toJson(await describePlan(plan, paths, runDir)));
      return ExitCode.passed;
    }
    await refuseUsedDir(runDir);
    const masked = [paths.packageRoot, paths.runsDir, runDir, ...task.secretDirs];
    return await runAndShow(plan, placeOf(paths, masked, io), runDir, flags, io);
  } finally {
    await task.close();
  }
}

/** Runs the cell with its consumers on the event stream: the store, the record, the face. */
async function runAndShow(plan: CellPlan, place: CellPlace, runDir: string, flags: CheckFlags, io: CliIo) {
  const events: RunEvent[] = [];
  const interrupt = listenForInterrupt(() => face.interrupted());
  const store = openRunStore(runDir);
  const face = await openFace(flags, io, interrupt.press);
  const { stop, quit } = interrupt;
  const emit = (event: RunEvent) => {
    if (event.type !== 'agent_output') events.push(event);
    store.append(event);
    face.send(event);
  };
  try {
    const end = await runCell(plan, place, { emit, stop, quit });
    return await finish(events, end, { store, face, flags, io, plan });
  } catch (error) {
    await face.close();
    throw error;
  } finally {
    interrupt.dispose();
  }
}

async function finish(
  events: RunEvent[],
  { keptWorkdir }: CellEnd,
  {
    store,
    face,
    flags,
    io,
    plan,
  }: {
    store: RunStore;
    face: Awaited<ReturnType<typeof openFace>>;
    flags: CheckFlags;
    io: CliIo;
    plan: CellPlan;
  },
): Promise<ExitCode> {
  const record = foldRecord(events);
  store.finish(record);
  await face.finish(record, {
    record: join(store.dir, 'record.json'),
    patch: events.some((event) => event.type === 'diff' && event.patch !== '')
      ? join(store.dir, 'patch.diff')
      : null,
    workspace: keptWorkdir,
    again: againCommand(plan, flags),
  });
  if (flags.json) io.stdout.write(toJson(record));
  return record.exit_code as ExitCode;
}

async function playerOf(
  choice: EndpointChoice,
  flags: CheckFlags,
): Promise<Pick<CellPlan, 'model' | 'endpoint'>> {
  if (choice.kind === 'demo') return { model: `demo/${choice.script}`, endpoint: choice };
  const { key } = choice;
  const { baseUrl } = normaliseEndpoint(choice.url);
  if (choice.model === null && flags.dryRun) {
    throw new UsageError('--dry-run asks no server, so it needs --model.', {
      code: 'usage.no_model',
      fix: 'Add --model ID.',
    });
  }
  const model = choice.model ?? (await resolveModel({ baseUrl, key }));
  return { model, endpoint: { kind: 'real', baseUrl, key } };
}

function placeOf(paths: Paths, masked: string[], io: CliIo): CellPlace {
  const inherited = Object.entries(io.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('CAB_'),
  );
  return {
    cliVersion: version,
    cacheDir: paths.cacheDir,
    tempDir: paths.tempDir,
    home: paths.home,
    masked,
    bridge: paths.bridge,
    machine: { os: process.platform, arch: process.arch, node: process.versions.node },
    node: process.execPath,
    env: Object.fromEntries(inherited),
  };
}

async function executable(path: string): Promise<string> {
  const full = resolve(path);
  const fault = (what: string) =>
    new UsageError(`--agent-bin ${path} ${what}.`, {
      code: 'usage.bad_agent_bin',
      fix: "Give the path of the agent's executable.",
    });
  await access(full).catch(() => {
    throw fault('does not exist');
  });
  await access(full, constants.X_OK).catch(() => {
    throw fault('is not executable');
  });
  return full;
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
