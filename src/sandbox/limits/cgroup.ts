import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LimitHit, LimitKind } from '../../model/limits.js';
import { type Limits, maxTasks, megabytes } from './limits.js';

/** The control group of one command: the kernel enforces its limits, and its processes cannot leave it. */
export interface Cgroup {
  /** The limits that the kernel enforces; the others must be watched. */
  holds: ReadonlySet<LimitKind>;
  /** Command line that joins the group, then executes `argv`. */
  enter(argv: readonly string[]): string[];
  /** A limit that the kernel has enforced; null when none yet. */
  hit(): LimitHit | null;
  /** Kills its processes and removes it. */
  remove(): Promise<void>;
}

const PREFIX = 'codingagentbench-';
/** Pid 0 means the writing process (cgroups(7)). */
const JOIN = 'echo 0 >"$0" && exec "$@"';
const PERIOD_US = 100_000;
const REMOVE_TRIES = 100;
const REMOVE_EVERY_MS = 5;

/** Settings of each cgroup v2 controller (https://docs.kernel.org/admin-guide/cgroup-v2.html). */
const CONTROLLERS: ReadonlyArray<{
  controller: string;
  kind: LimitKind;
  settings(limits: Limits): Readonly<Record<string, string>> | null;
}> = [
  {
    controller: 'memory',
    kind: 'memory',
    // Without the second setting, memory above the limit goes to swap.
    settings: ({ memoryBytes }) => ({ 'memory.max': String(memoryBytes), 'memory.swap.max': '0' }),
  },
  { controller: 'pids', kind: 'tasks', settings: (limits) => ({ 'pids.max': String(maxTasks(limits)) }) },
  {
    controller: 'cpu',
    kind: 'cpu',
    settings: ({ cpus }) =>
      cpus === null ? null : { 'cpu.max': `${Math.round(cpus * PERIOD_US)} ${PERIOD_US}` },
  },
];

/**
 * Creates a cgroup v2 for one command, below the group of this program or beside it (systemd user sessions allow
 * that). Returns null when this user may not create one, or when it could enforce no limit.
 */
export function openCgroup(name: string, limits: Limits): Cgroup | null {
  for (const parent of parentCandidates()) {
    const dir = join(parent, PREFIX + name);
    try {
      mkdirSync(dir);
      const holds = setUp(dir, parent, limits);
      if (holds.size > 0) {
        // Only a trial shows whether processes may join it.
        execFileSync('/bin/sh', ['-c', JOIN, procsOf(dir), '/bin/sh', '-c', ':'], { stdio: 'ignore' });
        return cgroupAt(dir, holds, limits);
      }
    } catch {
      // Try the next parent.
    }
    tryRemove(dir);
  }
  return null;
}

/** Kills and removes the groups of a killed run. */
export async function removeCgroups(name: string): Promise<void> {
  for (const parent of parentCandidates()) {
    const left = readdirSync(parent).filter((entry) => entry.startsWith(PREFIX + name));
    for (const entry of left) await killAndRemove(join(parent, entry));
  }
}

function cgroupAt(dir: string, holds: ReadonlySet<LimitKind>, limits: Limits): Cgroup {
  return {
    holds,
    enter: (argv) => ['/bin/sh', '-c', JOIN, procsOf(dir), ...argv],
    hit: () => {
      if (count(dir, 'memory.events', 'oom_kill') > 0)
        return {
          kind: 'memory',
          what: `it used ${megabytes(limits.memoryBytes)} of memory, which is the limit`,
        };
      if (count(dir, 'pids.events', 'max') > 0)
        return {
          kind: 'processes',
          what: `it tried to start more than ${maxTasks(limits)} processes and threads, which is the limit`,
        };
      return null;
    },
    remove: () => killAndRemove(dir),
  };
}

/** Groups in which this user may create groups and processes. */
function parentCandidates(): string[] {
  const own = ownCgroup();
  if (own === null) return [];
  const { mount, dir } = own;
  return (dir === mount ? [dir] : [dir, dirname(dir)]).filter((parent) =>
    [parent, procsOf(parent)].every(isWritable),
  );
}

/** The group of this process, and the mount point of its hierarchy. Null without cgroup v2. */
function ownCgroup(): { mount: string; dir: string } | null {
  try {
    const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    const [, root, mount] =
      /^\d+ \d+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8')) ?? [];
    if (path === undefined || root === undefined || mount === undefined) return null;
    const below = root === '/' ? path : path.startsWith(root) ? path.slice(root.length) : null;
    return below === null ? null : { mount, dir: join(mount, below).replace(/\/$/, '') };
  } catch {
    return null;
  }
}

/** Enables the controllers and writes the limits. Returns the limits that are enforced now. */
function setUp(dir: string, parent: string, limits: Limits): Set<LimitKind> {
  const holds = new Set<LimitKind>();
  for (const { controller, kind, settings } of CONTROLLERS) {
    const files = settings(limits);
    if (files === null) continue;
    try {
      enable(controller, parent);
      for (const [file, value] of Object.entries(files)) writeSetting(join(dir, file), value);
      holds.add(kind);
    } catch {
      // The controller is not available.
    }
  }
  return holds;
}

/** @throws Error when the controller is off and cannot be enabled */
function enable(controller: string, parent: string): void {
  const control = join(parent, 'cgroup.subtree_control');
  if (readFileSync(control, 'utf8').split(/\s/).includes(controller)) return;
  // Only the root group may have processes and controllers for its children (cgroups(7), no internal processes).
  const isRoot = !existsSync(join(parent, 'cgroup.type'));
  if (!isRoot && readFileSync(procsOf(parent), 'utf8') !== '') throw new Error('the group has processes');
  writeFileSync(control, `+${controller}`);
}

function procsOf(dir: string): string {
  return join(dir, 'cgroup.procs');
}

function writeSetting(file: string, value: string): void {
  try {
    writeFileSync(file, value, { flag: 'r+' });
  } catch (error) {
    // Without swap accounting, the kernel has no such file.
    if (!file.endsWith('swap.max')) throw error;
  }
}

async function killAndRemove(dir: string): Promise<void> {
  for (let tries = 0; tries < REMOVE_TRIES && !tryRemove(dir); tries++) {
    try {
      // Needs Linux 5.14. On older kernels, the caller has killed the processes.
      writeFileSync(join(dir, 'cgroup.kill'), '1', { flag: 'r+' });
    } catch {}
    await delay(REMOVE_EVERY_MS);
  }
}

function tryRemove(dir: string): boolean {
  try {
    rmdirSync(dir);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

/** Reads one number of a flat-keyed file; 0 when it is missing. */
function count(dir: string, file: string, key: string): number {
  try {
    const line = readFileSync(join(dir, file), 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${key} `));
    return Number(line?.slice(key.length + 1) ?? 0);
  } catch {
    return 0;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
