import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../host/clock.js';
import { makeDir } from '../host/make-dir.js';
import type { HeldLimit, LimitHit } from '../model/limits.js';
import { type ConfineOptions, confine } from '../sandbox/confine.js';
import type { Limits } from '../sandbox/limits/limits.js';
import { superviseLimited } from '../sandbox/limits/supervise-limited.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { AgentAdapter } from './adapter.js';
import { hideProjectConfig } from './hide-project-config.js';
import type { CustomAgent } from './launch.js';
import { type Launch, launchOf, type RunContext } from './launch.js';
import { lineSplitter } from './line-splitter.js';
import { runEnv, xdg } from './run-env.js';
import type { AgentStep } from './step.js';

export interface DriveOptions {
  adapter: AgentAdapter;
  /** The command before the adapter's arguments. */
  command: readonly string[];
  context: RunContext;
  custom: CustomAgent;
  sandbox: Sandbox;
  /** Paths that the agent may see besides the workspace and its own directories, and the address of the meter. */
  given: Pick<ConfineOptions, 'readable' | 'named' | 'bound' | 'masked' | 'meter'>;
  /** Path of the workspace on this machine, if the agent sees the workspace at another path (`context.workspace`). */
  hostWorkspace?: string | undefined;
  /** Environment of the task. */
  taskEnv?: Readonly<Record<string, string>> | undefined;
  /** Directories of the task's toolchains and of the system, in PATH order. */
  pathDirs: string[];
  /** Part of the environment of every process of the run, so that leftover processes can be found. */
  marker: string;
  clock: Clock;
  timeoutMs: number;
  /** The agent is stopped as idle when for this time it prints nothing, makes no model call and runs no tool. */
  idleMs: number;
  meter: { inFlight(): number; lastActivityMs(): number | null; agentStopping(): void };
  limits: Limits;
  /** Aborts when the user stops the run. */
  stop: AbortSignal;
  /** Aborts when the budget is used up. */
  budgetSpent: AbortSignal;
  onStarted(command: string[], held: readonly HeldLimit[]): void;
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  onStep(step: AgentStep): void;
}

export interface DriveResult {
  stopReason: 'finished' | 'timed_out' | 'idle' | 'budget' | 'limit' | 'crashed' | 'interrupted';
  /** The resource limit that stopped the agent; null for none. */
  limitHit: LimitHit | null;
  exitCode: number | null;
  signal: string | null;
  /** Time from the start of the process to the end of its last descendant. */
  activeMs: number;
}

const WATCH_EVERY_MS = 500;

/**
 * Runs the agent once, from its config files to the end of its last process, and returns why it stopped. The exit code is
 * only evidence: the verdict comes from the tests and the model calls.
 *
 * @throws UsageError `usage.bad_adapter` for a config file outside the agent's home
 */
export async function driveAgent(options: DriveOptions): Promise<DriveResult> {
  const { adapter, context, clock } = options;
  const launch = launchOf(adapter, context, options.custom);
  await writeHome(context, launch);

  let lastOutputMs = clock.now();
  const lines = lineSplitter((line) => {
    for (const step of parse(line)) options.onStep(step);
  });
  const parse = adapter.stepParser?.(context.workspace) ?? (() => []);

  const hostWorkspace = options.hostWorkspace ?? context.workspace;
  const hidden = await hideProjectConfig(hostWorkspace, adapter.projectConfig, dirname(context.home));
  const startedMs = clock.now();
  const argv = [...options.command, ...launch.args];
  const limitExceeded = new AbortController();
  let limitHit: LimitHit | null = null;
  const onHit = (hit: LimitHit) => {
    limitHit = hit;
    limitExceeded.abort();
  };
  const running = await superviseLimited({
    argv,
    sandbox: options.sandbox,
    policy: confine({
      ...options.given,
      workspace: hostWorkspace,
      mountedAt: options.hostWorkspace && context.workspace,
      home: context.home,
      tmp: context.tmp,
      pathDirs: options.pathDirs,
      env: { ...options.taskEnv, ...runEnv(context, options.pathDirs), ...launch.env },
    }),
    marker: options.marker,
    limits: options.limits,
    onHit,
    onStdout: (chunk) => {
      lastOutputMs = clock.now();
      options.onOutput('stdout', chunk);
      lines.push(chunk);
    },
    onStderr: (chunk) => {
      lastOutputMs = clock.now();
      options.onOutput('stderr', chunk);
    },
  });
  options.onStarted(argv, running.held);

  const isIdle = () => {
    const quietSinceMs = Math.max(lastOutputMs, options.meter.lastActivityMs() ?? 0);
    return (
      clock.now() - quietSinceMs > options.idleMs &&
      options.meter.inFlight() === 0 &&
      running.toolChildren(adapter.restingChildren) === 0
    );
  };
  const stopped = stopSignal(options, limitExceeded.signal, isIdle);
  try {
    const exit = await Promise.race([running.exited, stopped.reason]);
    const result: Omit<DriveResult, 'activeMs' | 'limitHit'> =
      typeof exit === 'string'
        ? { stopReason: exit, exitCode: null, signal: null }
        : { stopReason: exit.code === 0 ? 'finished' : 'crashed', exitCode: exit.code, signal: exit.signal };
    // Tell the meter before the first process ends: calls that `stop` cuts off are not the agent's fault.
    if (typeof exit === 'string') options.meter.agentStopping();
    await running.stop();
    lines.end();
    return {
      ...result,
      limitHit: result.stopReason === 'limit' ? limitHit : null,
      activeMs: clock.now() - startedMs,
    };
  } finally {
    stopped.dispose();
    await running.stop();
    await hidden.restore();
  }
}

/** Resolves with the reason when the agent must be stopped. */
function stopSignal(options: DriveOptions, limitExceeded: AbortSignal, isIdle: () => boolean) {
  let dispose = () => {};
  const reason = new Promise<'timed_out' | 'idle' | 'budget' | 'limit' | 'interrupted'>((resolve) => {
    const timeout = setTimeout(() => resolve('timed_out'), options.timeoutMs);
    const watch = setInterval(() => isIdle() && resolve('idle'), WATCH_EVERY_MS);
    const interrupted = () => resolve('interrupted');
    const spent = () => resolve('budget');
    const limit = () => resolve('limit');
    if (limitExceeded.aborted) limit();
    limitExceeded.addEventListener('abort', limit);
    if (options.stop.aborted) interrupted();
    options.stop.addEventListener('abort', interrupted);
    options.budgetSpent.addEventListener('abort', spent);
    dispose = () => {
      clearTimeout(timeout);
      clearInterval(watch);
      options.stop.removeEventListener('abort', interrupted);
      options.budgetSpent.removeEventListener('abort', spent);
    };
  });
  return { reason, dispose };
}

async function writeHome(context: RunContext, { files }: Launch): Promise<void> {
  const xdgDirs = Object.values(xdg(context.home));
  await Promise.all([context.tmp, ...xdgDirs].map((dir) => makeDir(dir)));
  for (const { path, content } of files) {
    const file = join(context.home, path);
    await makeDir(dirname(file));
    await writeFile(file, content, { mode: 0o600 });
  }
}
