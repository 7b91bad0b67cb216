import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { HarnessError } from '../../model/errors.js';
import type { Usage } from '../limits/watch-limits.js';
import type { Sandbox, SandboxPolicy } from '../sandbox.js';
import { ProcessFamily, signal } from './family.js';
import { descendantsOf, ownMemory, type ProcessEntry, RUN_MARKER } from './table.js';

export interface SuperviseOptions {
  argv: readonly string[];
  sandbox: Sandbox;
  policy: SandboxPolicy;
  /** Unique to the run; stands as `CAB_RUN` in the environment of all its processes. */
  marker: string;
  /** Around the sandbox's command line, becoming it at once: what all of it is to run in. */
  enter?(argv: readonly string[]): string[];
  /** Output as it comes, in any chunking; whoever keeps it caps it. */
  onStdout(chunk: Buffer): void;
  onStderr(chunk: Buffer): void;
}

export interface ProcessExit {
  /** Null when a signal ended it. Inside bubblewrap death by signal n is exit code 128 + n, as in a shell. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Milliseconds from start to exit; the clearing away of what it left behind is not in it. */
  activeMs: number;
}

export interface Supervised {
  /** The outermost process: the command's, or its sandbox's. */
  pid: number;
  /**
   * Settles when the command has exited, everything it left running is dead and its output has been handed on.
   * Rejects with HarnessError `harness.process_survived`.
   */
  exited: Promise<ProcessExit>;
  /** SIGTERM to all of it, half a second of grace, then SIGKILL; returns when nothing is left. May be called twice. */
  stop(): Promise<void>;
  /** How many processes run below the command itself, beyond the `resting` ones it always has. */
  toolChildren(resting: number): number;
  /** What all its processes use now, its sandbox's included. */
  usage(): Usage;
}

const GRACE_MS = 500;
/**
 * What a dead command wrote is in the pipe already; only a writer that got away can keep it open longer. Waited for in
 * turns of the event loop, each of which reads: on a starved machine the whole time may pass before the first read.
 */
const DRAIN = { turns: 10, turnMs: 25 };

/**
 * Runs a command in a sandbox and answers for everything that comes of it. stdin is `/dev/null`: agents wait for
 * ever on an open one.
 *
 * @throws HarnessError `harness.spawn_failed`
 */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const { policy } = options;
  const env = { ...policy.env, [RUN_MARKER]: options.marker };
  const wrapped = options.sandbox.wrap(options.argv, { ...policy, env });
  const startedMs = performance.now();
  const argv = options.enter?.(wrapped.argv) ?? wrapped.argv;
  const { child, pid } = await start(argv, wrapped.env, wrapped.cwd ?? policy.cwd);

  const family = new ProcessFamily(pid, options.marker);
  child.stdout.on('data', options.onStdout);
  child.stderr.on('data', options.onStderr);

  const closed = once(child, 'close');
  let running = true;
  // 'exit', never 'close': a stray that holds the pipes would keep 'close' away for as long as it likes.
  const exit = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      resolve({ code, signal, activeMs: performance.now() - startedMs });
    });
  });
  const killAll = async () => {
    // Nothing forks faster than the kernel ends a PID namespace.
    if (running && options.sandbox.endsTogether) signal(pid, 'SIGKILL');
    await family.kill();
  };
  const exited = exit.then(async (result) => {
    await killAll();
    await drained(closed);
    child.stdout.destroy();
    child.stderr.destroy();
    return result;
  });
  exited.catch(() => {});

  const stop = async () => {
    if (running) {
      for (const member of family.alive({ byMarker: false })) {
        // bubblewrap would die of it and take the rest along before they can put their things in order.
        if (wrapped.layers === 0 || member.pid !== pid) signal(member.pid, 'SIGTERM');
      }
      await within(GRACE_MS, exit);
      await killAll();
    }
    await exited;
  };
  let stopping: Promise<void> | null = null;

  return {
    pid,
    exited,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    usage: () => {
      const living = family.alive({ byMarker: false });
      const memoryBytes = living.reduce((sum, each) => sum + ownMemory(each.pid), 0);
      return { processes: living.length, memoryBytes };
    },
    toolChildren: (resting) => {
      const living = family.alive({ byMarker: false });
      const below = descendantsOf(living, commandPid(living, pid, wrapped.layers));
      return Math.max(0, below.length - resting);
    },
  };
}

/** The command's own process, below the sandbox's; orphans that the sandbox adopted are younger than it. */
function commandPid(table: readonly ProcessEntry[], outerPid: number, layers: number): number {
  let pid = outerPid;
  for (let layer = 0; layer < layers; layer++) {
    const children = table.filter(({ ppid }) => ppid === pid);
    const [eldest] = children.sort((a, b) => Number(a.startTime) - Number(b.startTime) || a.pid - b.pid);
    if (eldest === undefined) break;
    pid = eldest.pid;
  }
  return pid;
}

async function start(argv: readonly string[], env: Record<string, string>, cwd: string) {
  const [command = '', ...args] = argv;
  try {
    // A session of its own: signals to its group reach neither us nor the user's shell.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    if (child.pid === undefined) throw new Error('no process id');
    return { child, pid: child.pid };
  } catch (cause) {
    throw new HarnessError(`cannot start ${command} in ${cwd}: ${String(cause)}`, {
      code: 'harness.spawn_failed',
      fix: 'Check that the program and the directory exist and may be run and read.',
      cause,
    });
  }
}

async function drained(closed: Promise<unknown>): Promise<void> {
  let open = true;
  const noted = closed.then(() => {
    open = false;
  });
  for (let turn = 0; open && turn < DRAIN.turns; turn++) await within(DRAIN.turnMs, noted);
}

async function within(limitMs: number, settled: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([settled, delay(limitMs, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
}
