import { randomBytes } from 'node:crypto';
import { type GradeResult, grade } from '../grading/grade.js';
import { type Snapshot, takeSnapshot } from '../grading/snapshot.js';
import { startClock } from '../host/clock.js';
import type { Host } from '../host/host.js';
import { removeTree } from '../host/remove-tree.js';
import { CabError } from '../model/errors.js';
import type { RunEvent } from '../model/events.js';
import { type Phase, SCHEMA_VERSION, type Tampering } from '../model/record.js';
import { killLeftovers } from '../sandbox/processes/family.js';
import { startWatchdog } from '../sandbox/processes/start-watchdog.js';
import { mountsBound } from '../sandbox/sandbox.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import { placeDependencies } from '../tasks/dependencies.js';
import { isPublishedTask } from '../tasks/published-tasks.js';
import { conclude, type RunFacts } from './conclude.js';
import { drivePhase } from './drive-phase.js';
import type { CellPlan } from './plan.js';
import { preflight } from './preflight.js';
import { round } from './published.js';
import type { Ready } from './ready.js';
import { keepWorkdir, makeGradingDir, makeRunDirs, type RunDirs, removeRunDirs } from './run-dirs.js';
import { startTrace, type Trace } from './trace.js';

export interface CellIo {
  /** Gets every event, in order, as it happens. */
  emit(event: RunEvent): void;
  /** Aborted: stop the agent, grade what is there, end the run. */
  stop: AbortSignal;
  /** Aborted: drop everything, grade nothing, end the run now. Without a `stop` before it, the reason is our fault. */
  quit: AbortSignal;
}

export interface CellEnd {
  /** The workspace, when it was kept. */
  keptWorkdir: string | null;
}

/**
 * Runs one cell from preflight to score. All it finds goes out as events, the verdict last; it fails only on a fault
 * of this program, and then after the events have told of it. Nothing of the run is alive when it returns.
 */
export async function runCell(plan: CellPlan, host: Host, io: CellIo): Promise<CellEnd> {
  const key = plan.endpoint.kind === 'real' ? plan.endpoint.key : null;
  const trace = startTrace(startClock(), key, io.emit);
  const facts: RunFacts = {
    blocked: null,
    fault: null,
    interrupted: false,
    wall: null,
    drive: null,
    grade: null,
    phases: {},
    elsewhere: [],
  };
  emitStart(trace, plan, host);
  const marker = `${plan.runId}-${randomBytes(8).toString('hex')}`;
  // The task's id is not in the path: it names what is wrong, and the agent sees the path.
  const dirs = await makeRunDirs(host.tempDir, plan.adapter.id, marker);
  let bug: unknown = null;
  const closers: Array<() => Promise<void>> = [];
  const work = async () => {
    const onClose = (close: () => Promise<void>) => closers.push(close);
    const flight = await runPhase(
      trace,
      facts,
      'preflight',
      null,
      () => preflight({ trace, plan, host, dirs, marker, stop: io.stop, onClose }),
      ({ ready }) => ready !== null,
    );
    facts.elsewhere.push(...flight.elsewhere);
    facts.blocked = flight.failed;
    if (flight.ready?.sandbox.endsTogether === false) {
      const callOff = startWatchdog({ nodePath: host.node.path, watchdogPath: host.watchdog, marker });
      onClose(async () => callOff());
    }
    if (flight.ready && !io.stop.aborted)
      await runAgent({ trace, plan, dirs, marker, facts, ready: flight.ready, io });
  };
  try {
    await Promise.race([work(), untilAborted(io.quit)]);
    if (io.quit.aborted) {
      await killLeftovers(marker);
      if (!io.stop.aborted) throw io.quit.reason;
    }
  } catch (error) {
    if (error instanceof CabError) facts.fault = error;
    else if (!io.stop.aborted) {
      bug = error;
      facts.fault = {
        message: `This program failed: ${String(error)}`,
        fix: 'Please report it with its events.jsonl.',
      };
    }
  }
  for (const close of closers) await close();
  facts.interrupted = io.stop.aborted;
  const { verdict } = conclude(trace, plan, facts);
  const changed = facts.grade !== null && facts.grade.patch !== '';
  const keep = facts.drive !== null && (plan.keep || (verdict !== 'passed' && changed));
  // What cannot be removed is named; the run's record is worth more.
  const removed = () =>
    removeRunDirs(dirs).then(
      () => null,
      () => dirs.root,
    );
  const keptWorkdir = keep ? await keepWorkdir(dirs) : await removed();
  if (bug) throw bug;
  return { keptWorkdir };
}

interface AgentRun {
  trace: Trace;
  plan: CellPlan;
  dirs: RunDirs;
  marker: string;
  facts: RunFacts;
  ready: Ready;
  io: CellIo;
}

/** Prepare, agent, cleanup: the wall; then the tests. */
async function runAgent({ trace, plan, dirs, marker, facts, ready, io }: AgentRun): Promise<void> {
  const { task, adapter } = plan;
  const startMs = trace.clock.now();
  const { before, bound } = await runPhase(trace, facts, 'prepare', null, async () => {
    const span = trace.open({
      kind: 'task_setup',
      name: `prepare:${task.id}`,
      parent_id: null,
      attrs: {
        workdir: dirs.workdir,
        task_category: task.manifest.family,
        ...behaviourOf(plan),
      },
    });
    await cloneWorkspace(task, dirs.workdir, { git: ready.git, home: dirs.play });
    const bound = await placeDependencies(dirs.workdir, task, { mounts: mountsBound(ready.sandbox) });
    const before = await takeSnapshot(dirs.workdir);
    span.end();
    return { before, bound };
  });

  const token = `cab-${randomBytes(24).toString('hex')}`;
  const driven = await runPhase(trace, facts, 'agent', plan.timeoutS * 1000, () =>
    timed(
      trace,
      facts,
      drivePhase({ trace, plan, ready, dirs, before, bound, marker, token, stop: io.stop }),
    ),
  );
  facts.drive = driven;
  const cleanup = trace.open({ kind: 'cleanup', name: `cleanup:${adapter.id}`, parent_id: null });
  await Promise.all([dirs.home, dirs.agentTmp, dirs.play].map(removeTree));
  cleanup.end();
  facts.wall = { startMs, endMs: trace.clock.now() };

  const graded = await runPhase(trace, facts, 'tests', task.manifest.verifierTimeoutS * 1000, () =>
    timed(trace, facts, gradeRun({ plan, dirs, marker, ready, io }, before)),
  );
  facts.grade = graded;
  emitGrade(trace, graded, driven.canarySeen);
}

async function gradeRun(
  { plan, dirs, marker, ready, io }: Omit<AgentRun, 'trace' | 'facts'>,
  before: Snapshot,
) {
  await makeGradingDir(dirs);
  return grade({
    task: plan.task,
    workspace: dirs.workdir,
    before,
    tempDir: dirs.grading,
    git: ready.git,
    sandbox: ready.sandbox,
    pathDirs: ready.pathDirs,
    readable: ready.readable,
    masked: ready.masked,
    caches: ready.caches,
    marker,
    limits: plan.limits,
    signal: io.quit,
  });
}

function emitGrade(trace: Trace, graded: GradeResult, canarySeen: boolean): void {
  const { tampering, diff, leftOut, patch, tests, cases } = graded;
  const answerRead: Tampering = {
    path: 'solution/',
    kind: 'answer_read',
    what: "A string that stands only in the task's solution was seen in a model request.",
  };
  trace.emit({
    type: 'diff',
    tampering: canarySeen ? [...tampering, answerRead] : tampering,
    litter: diff.litter,
    left_out: leftOut,
    patch,
  });
  trace.emit({ type: 'tests', passed: tests.passed, cases });
}

/** Runs one phase, with its beginning and end told and its time kept. */
async function runPhase<T>(
  trace: Trace,
  facts: RunFacts,
  phase: Phase,
  limitMs: number | null,
  work: () => Promise<T>,
  isGood: (result: T) => boolean = () => true,
): Promise<T> {
  const startMs = trace.clock.now();
  trace.emit({ type: 'phase_started', phase, limit_ms: limitMs });
  let ok = false;
  try {
    const result = await work();
    ok = isGood(result);
    return result;
  } finally {
    const elapsedMs = round(trace.clock.now() - startMs);
    facts.phases[phase] = elapsedMs;
    trace.emit({ type: 'phase_ended', phase, ok, elapsed_ms: elapsedMs });
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Counts the time of `work` as somebody else's: the agent's, or the tests'. */
async function timed<T>(trace: Trace, facts: RunFacts, work: Promise<T>): Promise<T> {
  const startMs = trace.clock.now();
  return work.finally(() => facts.elsewhere.push({ startMs, endMs: trace.clock.now() }));
}

/** As the published pages say it. */
function behaviourOf({ custom }: CellPlan) {
  const plugin_stack = custom.plugins.map(({ name }) => name);
  return { plugin_stack, behavior_mode: plugin_stack.length === 0 ? 'factory' : 'plugins' };
}

function emitStart(trace: Trace, plan: CellPlan, host: Host): void {
  const { task, endpoint } = plan;
  trace.emit({
    type: 'run_started',
    schema_version: SCHEMA_VERSION,
    run_id: plan.runId,
    sweep_id: plan.sweepId,
    run: plan.run,
    tui: plan.adapter.id,
    model: plan.model,
    task_id: task.id,
    task_title: task.manifest.title,
    instruction: task.instruction,
    task_commit: task.commit,
    task_digest: task.digest,
    task_published: isPublishedTask(task.id),
    published_image: plan.adapter.image,
    visible_tests_only: task.manifest.visible_tests_only,
    benign_twin: task.manifest.benign_twin ?? null,
    verified_by: task.manifest.harbor ? 'harbor_reward' : 'tests',
    language: task.manifest.language,
    expected_refusal: task.manifest.expected_refusal,
    ...behaviourOf(plan),
    demo: endpoint.kind === 'demo',
    endpoint: endpoint.kind === 'demo' ? 'demo' : new URL(endpoint.baseUrl).origin,
    timeout_s: plan.timeoutS,
    idle_s: plan.idleS,
    max_calls: plan.budget.maxCalls,
    max_tokens: plan.budget.maxTokens,
    price: plan.price && { input_per_million: plan.price.input, output_per_million: plan.price.output },
    cli_version: host.cliVersion,
    machine: { os: host.os, arch: host.arch, node: host.node.version },
    at: trace.clock.iso(0),
  });
}
