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
  /** Called once, for the first limit that was passed; whoever is called stops the command. */
  onHit(hit: LimitHit): void;
}

export interface Limited extends Omit<Supervised, 'usage'> {
  held: readonly HeldLimit[];
}

/**
 * Runs a command as `supervise` does, with each limit held by the kernel where it will, and watched where not.
 *
 * @throws HarnessError `harness.spawn_failed`
 */
export async function superviseLimited(options: LimitedOptions): Promise<Limited> {
  const { limits, marker } = options;
  const cgroup = openCgroup(`${marker}-${randomBytes(4).toString('hex')}`, limits);
  const pinned = limits.cpus === null || cgroup?.holds.has('cpu') ? null : taskset(limits.cpus);
  let told = false;
  const onHit = (hit: LimitHit) => {
    if (told) return;
    told = true;
    options.onHit(hit);
  };
  const output = countOutput(limits, onHit);
  const enter = (argv: readonly string[]) => [...(pinned ?? []), ...argv];
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
    refused: () => cgroup?.hit() ?? null,
    dirs: writableDirs(options.policy),
    onHit,
  });
  const untilOver = async () => {
    try {
      const exit = await running.exited;
      // The kernel may have ended it between two looks.
      const last = cgroup?.hit();
      if (last) onHit(last);
      return exit;
    } finally {
      watch.stop();
      await cgroup?.remove();
    }
  };
  const exited = untilOver();
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
    held: heldLimits(limits, cgroup, pinned !== null),
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

/** What a shell adds to its environment by itself. */
const SHELLS_OWN = 'PWD OLDPWD SHLVL _';

/** The command line that runs `argv` where the kernel itself refuses larger files, and core dumps. */
export function withFileLimit(argv: readonly string[], { diskBytes }: Pick<Limits, 'diskBytes'>): string[] {
  const limit = `ulimit -c 0; ulimit -f ${Math.ceil(diskBytes / 512)}`;
  return ['/bin/sh', '-c', `${limit}; unset ${SHELLS_OWN}; exec "$0" "$@"`, ...argv];
}

/** util-linux's way to keep a command on some of the processors; null where it is not there. */
function taskset(cpus: number): string[] | null {
  const path = ['/usr/bin/taskset', '/bin/taskset'].find((place) => existsSync(place));
  const allowed = allowedCpus();
  if (path === undefined || allowed.length === 0) return null;
  return [path, '--cpu-list', allowed.slice(0, Math.max(1, Math.ceil(cpus))).join(',')];
}

/** The processors this program may run on (proc_pid_status(5)): `0-3,8` is 0 1 2 3 8. */
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

/** Counts what is printed; a flood is a limit of its own, and is not kept anyway. */
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

/** All that can be filled, where it really is. */
function writableDirs({ writable, placed = [] }: SandboxPolicy): string[] {
  return [...writable, ...placed.flatMap((dir) => (dir.writable ? [dir.from] : []))];
}
