import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { HeldLimit, LimitHit, LimitKind } from '../../model/limits.js';
import { type Supervised, type SuperviseOptions, supervise } from '../processes/supervise.js';
import type { SandboxPolicy } from '../sandbox.js';
import { type Cgroup, openCgroup } from './cgroup.js';
import { type Limits, maxTasks, megabytes } from './limits.js';
import { watchLimits } from './watch-limits.js';

export interface LimitedOptions extends SuperviseOptions {
  limits: Limits;
  /** Called once, at the first exceeded limit. The caller must stop the command. */
  onHit(hit: LimitHit): void;
}

export interface Limited extends Omit<Supervised, 'usage'> {
  /** Which mechanism enforces each limit. */
  held: readonly HeldLimit[];
}

/**
 * Runs a command as `supervise` does. The kernel enforces each limit where it can; otherwise this program watches it.
 *
 * @throws HarnessError `harness.spawn_failed`
 */
export async function superviseLimited(options: LimitedOptions): Promise<Limited> {
  const { limits, marker } = options;
  const cgroup = openCgroup(`${marker}-${randomBytes(4).toString('hex')}`, limits);
  const tasksetPrefix = limits.cpus === null || cgroup?.holds.has('cpu') ? null : taskset(limits.cpus);
  let reported = false;
  const onHit = (hit: LimitHit) => {
    if (reported) return;
    reported = true;
    options.onHit(hit);
  };
  const output = countOutput(limits, onHit);
  const enter = (argv: readonly string[]) => [...(tasksetPrefix ?? []), ...argv];
  let running: Supervised;
  try {
    running = await supervise({
      ...options,
      argv: withFileLimit(options.argv, limits),
      enter: (argv) => (cgroup === null ? enter(argv) : cgroup.enter(enter(argv))),
      onStdout: (chunk) => {
        output(chunk);
        options.onStdout(chunk);
      },
      onStderr: (chunk) => {
        output(chunk);
        options.onStderr(chunk);
      },
    });
  } catch (error) {
    await cgroup?.remove();
    throw error;
  }
  const watch = watchLimits({
    limits,
    usage: running.usage,
    kernelHit: () => cgroup?.hit() ?? null,
    dirs: writableDirs(options.policy),
    onHit,
  });
  const finish = async () => {
    try {
      const exit = await running.exited;
      // The kernel may have killed it since the last watch.
      const last = cgroup?.hit();
      if (last) onHit(last);
      return exit;
    } finally {
      watch.stop();
      await cgroup?.remove();
    }
  };
  const exited = finish();
  exited.catch(() => {});
  return {
    pid: running.pid,
    toolChildren: running.toolChildren,
    exited,
    stop: async () => {
      watch.stop();
      await running.stop();
      await exited;
    },
    held: heldLimits(limits, cgroup, tasksetPrefix !== null),
  };
}

function heldLimits(limits: Limits, cgroup: Cgroup | null, pinned: boolean): HeldLimit[] {
  const by = (kind: LimitKind, otherwise: HeldLimit['held_by']) =>
    cgroup?.holds.has(kind) ? ('cgroup' as const) : otherwise;
  const linux = process.platform === 'linux';
  return [
    { kind: 'memory', limit: limits.memoryBytes, held_by: by('memory', linux ? 'watch' : 'nothing') },
    { kind: 'processes', limit: limits.processes, held_by: 'watch' },
    ...(cgroup?.holds.has('tasks')
      ? [{ kind: 'tasks', limit: maxTasks(limits), held_by: 'cgroup' } as const]
      : []),
    ...(limits.cpus === null
      ? []
      : [{ kind: 'cpu', limit: limits.cpus, held_by: by('cpu', pinned ? 'affinity' : 'nothing') } as const]),
    { kind: 'disk', limit: limits.diskBytes, held_by: 'watch' },
    { kind: 'files', limit: limits.files, held_by: 'watch' },
    { kind: 'file_size', limit: limits.diskBytes, held_by: 'rlimit' },
    { kind: 'output', limit: limits.outputBytes, held_by: 'watch' },
  ];
}

/** Variables that a shell adds to its environment. */
const SHELL_VARIABLES = 'PWD OLDPWD SHLVL _';

/** Returns a command line that runs `argv` without core dumps and with a maximum file size, both enforced by the kernel. */
export function withFileLimit(argv: readonly string[], { diskBytes }: Pick<Limits, 'diskBytes'>): string[] {
  const limit = `ulimit -c 0; ulimit -f ${Math.ceil(diskBytes / 512)}`;
  return ['/bin/sh', '-c', `${limit}; unset ${SHELL_VARIABLES}; exec "$0" "$@"`, ...argv];
}

/** Command line prefix that pins a command to some processors. Null when taskset is not installed. */
function taskset(cpus: number): string[] | null {
  const path = ['/usr/bin/taskset', '/bin/taskset'].find((file) => existsSync(file));
  const allowed = allowedCpus();
  if (path === undefined || allowed.length === 0) return null;
  return [path, '--cpu-list', allowed.slice(0, Math.max(1, Math.ceil(cpus))).join(',')];
}

/** Processors that this program may use (proc_pid_status(5)): `0-3,8` means 0 1 2 3 8. */
function allowedCpus(): number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '';
    return list.split(',').flatMap((range) => {
      const [from = Number.NaN, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  } catch {
    return [];
  }
}

/** Counts the output and reports when it exceeds the limit. */
function countOutput({ outputBytes }: Limits, onHit: (hit: LimitHit) => void): (chunk: Buffer) => void {
  let bytes = 0;
  return (chunk) => {
    const before = bytes;
    bytes += chunk.length;
    if (before > outputBytes || bytes <= outputBytes) return;
    onHit({
      kind: 'output',
      what: `it printed more than ${megabytes(outputBytes)}, which is the limit`,
    });
  };
}

/** Paths outside of the sandbox of all writable directories. */
function writableDirs({ writable, placed = [] }: SandboxPolicy): string[] {
  return [...writable, ...placed.flatMap((dir) => (dir.writable ? [dir.from] : []))];
}
