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
import type { CustomAgent } from './custom.js';
import { type Launch, launchOf, type RunContext } from './launch.js';
import { lineSplitter } from './line-splitter.js';
import { runEnv, xdg } from './run-env.js';
import { setAside } from './set-aside.js';
import type { AgentStep } from './step.js';

export interface DriveOptions {
  adapter: AgentAdapter;
  /** What comes before the adapter's arguments. */
  command: readonly string[];
  context: RunContext;
  custom: CustomAgent;
  sandbox: Sandbox;
  /** What it may see beside the workspace and its own directories, and the way to the meter. */
  given: Pick<ConfineOptions, 'readable' | 'named' | 'bound' | 'masked' | 'meter'>;
  /** The workspace on this machine, when the agent sees it at another path: the context's. */
  workdir?: string | undefined;
  /** What the task sets for whoever works on it. */
  taskEnv?: Readonly<Record<string, string>> | undefined;
  /** Directories of the task's toolchains and of the system, in PATH order. */
  pathDirs: string[];
  /** Stands in the environment of every process of the run, so that strays can be found. */
  marker: string;
  clock: Clock;
  timeoutMs: number;
  /** Without output, model call or running tool for this long, the agent is stuck. */
  idleMs: number;
  meter: { inFlight(): number; lastActivityMs(): number | null; expectCuts(): void };
  limits: Limits;
  /** Aborted by the user: stop the agent. */
  stop: AbortSignal;
  /** Aborted when the agent's budget is spent: stop it too. */
  spent: AbortSignal;
  onStarted(command: string[], held: readonly HeldLimit[]): void;
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  onStep(step: AgentStep): void;
}

export interface DriveResult {
  stopReason: 'finished' | 'timed_out' | 'idle' | 'budget' | 'limit' | 'crashed' | 'interrupted';
  /** Of the machine, when it was one that stopped it. */
  limitHit: LimitHit | null;
  exitCode: number | null;
  signal: string | null;
  /** Start of the process to the death of its last descendant. */
  activeMs: number;
}

const WATCH_EVERY_MS = 500;

/**
 * Runs the agent once, from its config files to the death of its last process, and says why it stopped. What it
 * exits with is evidence only; the verdict is made elsewhere, from the tests and the wire.
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

  const workdir = options.workdir ?? context.workspace;
  const aside = await setAside(workdir, adapter.projectConfig, dirname(context.home));
  const startedMs = clock.now();
  const argv = [...options.command, ...launch.args];
  const over = new AbortController();
  let limitHit: LimitHit | null = null;
  const onHit = (hit: LimitHit) => {
    limitHit = hit;
    over.abort();
  };
  const running = await superviseLimited({
    argv,
    sandbox: options.sandbox,
    policy: confine({
      ...options.given,
      tree: workdir,
      at: options.workdir && context.workspace,
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
  const stopped = stopSignal(options, over.signal, isIdle);
  try {
    const exit = await Promise.race([running.exited, stopped.reason]);
    const result: Omit<DriveResult, 'activeMs' | 'limitHit'> =
      typeof exit === 'string'
        ? { stopReason: exit, exitCode: null, signal: null }
        : { stopReason: exit.code === 0 ? 'finished' : 'crashed', exitCode: exit.code, signal: exit.signal };
    // Told before the first process dies: what its death cuts off is our doing.
    if (typeof exit === 'string') options.meter.expectCuts();
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
    await aside.putBack();
  }
}

/** Settles when the agent has to be stopped, with the reason. */
function stopSignal(options: DriveOptions, over: AbortSignal, isIdle: () => boolean) {
  let dispose = () => {};
  const reason = new Promise<'timed_out' | 'idle' | 'budget' | 'limit' | 'interrupted'>((resolve) => {
    const timeout = setTimeout(() => resolve('timed_out'), options.timeoutMs);
    const watch = setInterval(() => isIdle() && resolve('idle'), WATCH_EVERY_MS);
    const interrupted = () => resolve('interrupted');
    const spent = () => resolve('budget');
    const limit = () => resolve('limit');
    if (over.aborted) limit();
    over.addEventListener('abort', limit);
    if (options.stop.aborted) interrupted();
    options.stop.addEventListener('abort', interrupted);
    options.spent.addEventListener('abort', spent);
    dispose = () => {
      clearTimeout(timeout);
      clearInterval(watch);
      options.stop.removeEventListener('abort', interrupted);
      options.spent.removeEventListener('abort', spent);
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
