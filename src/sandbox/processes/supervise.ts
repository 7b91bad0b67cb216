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
  /** Unique to the run: the value of `CAB_RUN` in the environment of all its processes. */
  marker: string;
  /** Wraps the sandbox's command line, for example to join a cgroup. It must exec the command: the pid stays the same. */
  enter?(argv: readonly string[]): string[];
  /** Output in chunks of any size. A caller that keeps it must limit it. */
  onStdout(chunk: Buffer): void;
  onStderr(chunk: Buffer): void;
}

export interface ProcessExit {
  /** Null when a signal ended it. Inside bubblewrap, death by signal n is exit code 128 + n, as in a shell. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Milliseconds from start to exit, without the cleanup afterwards. */
  activeMs: number;
}

export interface Supervised {
  /** The outermost process: the command's, or its sandbox's. */
  pid: number;
  /**
   * Settles when the command has exited, its descendants are dead and its output was delivered.
   * Rejects with HarnessError `harness.process_survived`.
   */
  exited: Promise<ProcessExit>;
  /** Sends SIGTERM to all processes, waits half a second, then SIGKILL. Returns when none is left. May be called twice. */
  stop(): Promise<void>;
  /** Number of processes below the command, minus the `resting` ones that it always has. */
  toolChildren(resting: number): number;
  /** Current usage of all its processes, including those of the sandbox. */
  usage(): Usage;
}

const GRACE_MS = 500;
/**
 * The output of a dead command is already in the pipe; only an escaped process can keep the pipe open longer. The wait
 * is split into turns of the event loop, because each turn reads: on a busy machine, one long wait may end unread.
 */
const DRAIN = { turns: 10, turnMs: 25 };

/**
 * Runs a command in a sandbox and controls all its descendants. stdin is `/dev/null`: agents wait forever on an open
 * stdin.
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
  // 'exit', not 'close': an escaped process that holds the pipes could delay 'close' forever.
  const exit = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      resolve({ code, signal, activeMs: performance.now() - startedMs });
    });
  });
  const killAll = async () => {
    // The kernel ends a PID namespace faster than any process can fork.
    if (running && options.sandbox.endsTogether) signal(pid, 'SIGKILL');
    await family.kill();
  };
  const exited = exit.then(async (result) => {
    await killAll();
    await drain(closed);
    child.stdout.destroy();
    child.stderr.destroy();
    return result;
  });
  exited.catch(() => {});

  const stop = async () => {
    if (running) {
      for (const member of family.alive({ byMarker: false })) {
        // bubblewrap would die of it and kill the others before they can clean up.
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

/** The pid of the command, below the sandbox's processes. Orphans adopted by the sandbox are younger than the command. */
function commandPid(table: readonly ProcessEntry[], outerPid: number, layers: number): number {
  let pid = outerPid;
  for (let layer = 0; layer < layers; layer++) {
    const children = table.filter(({ ppid }) => ppid === pid);
    const [oldest] = children.sort((a, b) => Number(a.startTime) - Number(b.startTime) || a.pid - b.pid);
    if (oldest === undefined) break;
    pid = oldest.pid;
  }
  return pid;
}

async function start(argv: readonly string[], env: Record<string, string>, cwd: string) {
  const [command = '', ...args] = argv;
  try {
    // detached: a new session, so that signals to its group do not reach this program or the user's shell.
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

/** Waits a limited time until the output streams are closed. */
async function drain(closed: Promise<unknown>): Promise<void> {
  let open = true;
  const onClosed = closed.then(() => {
    open = false;
  });
  for (let turn = 0; open && turn < DRAIN.turns; turn++) await within(DRAIN.turnMs, onClosed);
}

async function within(limitMs: number, settled: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([settled, delay(limitMs, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
}
