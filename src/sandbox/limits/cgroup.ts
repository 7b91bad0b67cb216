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

/** A control group of one command: the kernel holds its limits, and none of its processes can leave it. */
export interface Cgroup {
  /** What the kernel holds here; the rest has to be watched. */
  holds: ReadonlySet<LimitKind>;
  /** The command line that joins the group and becomes `argv`. */
  enter(argv: readonly string[]): string[];
  /** The limit that the kernel has refused to go over; null as long as there is none. */
  hit(): LimitHit | null;
  /** Kills whatever is in it, and removes it. */
  remove(): Promise<void>;
}

const PREFIX = 'codingagentbench-';
/** 0 is whoever writes it. */
const JOIN = 'echo 0 >"$0" && exec "$@"';
const PERIOD_US = 100_000;
const REMOVE_TRIES = 100;
const REMOVE_EVERY_MS = 5;

/** What each controller of cgroup v2 is told (https://docs.kernel.org/admin-guide/cgroup-v2.html). */
const CONTROLLERS: ReadonlyArray<{
  controller: string;
  kind: LimitKind;
  settings(limits: Limits): Readonly<Record<string, string>> | null;
}> = [
  {
    controller: 'memory',
    kind: 'memory',
    // Without the second, what is over the limit would go to swap.
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
 * A cgroup v2 of its own for one command, where this user may make one: below the group that this program is in, or
 * beside it, as a systemd user session allows. Null where that is not so, or no limit could be held there.
 */
export function openCgroup(name: string, limits: Limits): Cgroup | null {
  for (const parent of homes()) {
    const dir = join(parent, PREFIX + name);
    try {
      mkdirSync(dir);
      const holds = setUp(dir, parent, limits);
      if (holds.size > 0) {
        // Whether processes may really go there is known when one did.
        execFileSync('/bin/sh', ['-c', JOIN, procsOf(dir), '/bin/sh', '-c', ':'], { stdio: 'ignore' });
        return cgroupAt(dir, holds, limits);
      }
    } catch {
      // Not here, then.
    }
    tryRemove(dir);
  }
  return null;
}

/** Kills and removes the groups of a run that was itself killed. */
export async function removeCgroups(name: string): Promise<void> {
  for (const parent of homes()) {
    const left = readdirSync(parent).filter((entry) => entry.startsWith(PREFIX + name));
    for (const entry of left) await empty(join(parent, entry));
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
          what: `it used all of the ${megabytes(limits.memoryBytes)} of memory that are the limit`,
        };
      if (count(dir, 'pids.events', 'max') > 0)
        return {
          kind: 'processes',
          what: `it wanted more than ${maxTasks(limits)} processes and threads, which is the limit`,
        };
      return null;
    },
    remove: () => empty(dir),
  };
}

/** Where this user may make groups and put processes into them. */
function homes(): string[] {
  const own = ownCgroup();
  if (own === null) return [];
  const { mount, dir } = own;
  return (dir === mount ? [dir] : [dir, dirname(dir)]).filter((home) =>
    [home, procsOf(home)].every(isWritable),
  );
}

/** The group that this process is in, and where its hierarchy is mounted; null without cgroup v2. */
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

function setUp(dir: string, parent: string, limits: Limits): Set<LimitKind> {
  const holds = new Set<LimitKind>();
  for (const { controller, kind, settings } of CONTROLLERS) {
    const files = settings(limits);
    if (files === null) continue;
    try {
      switchOn(controller, parent);
      for (const [file, value] of Object.entries(files)) writeSetting(join(dir, file), value);
      holds.add(kind);
    } catch {
      // The controller is not there.
    }
  }
  return holds;
}

/** @throws where it is off and must stay so */
function switchOn(controller: string, parent: string): void {
  const control = join(parent, 'cgroup.subtree_control');
  if (readFileSync(control, 'utf8').split(/\s/).includes(controller)) return;
  // A group with processes of its own would become a threaded one (cgroups(7)); only the topmost may have them.
  const topmost = !existsSync(join(parent, 'cgroup.type'));
  if (!topmost && readFileSync(procsOf(parent), 'utf8') !== '') throw new Error('there are processes in it');
  writeFileSync(control, `+${controller}`);
}

function procsOf(dir: string): string {
  return join(dir, 'cgroup.procs');
}

function writeSetting(file: string, value: string): void {
  try {
    writeFileSync(file, value, { flag: 'r+' });
  } catch (error) {
    // A kernel without swap accounting has no such file, and needs none.
    if (!file.endsWith('swap.max')) throw error;
  }
}

async function empty(dir: string): Promise<void> {
  for (let tries = 0; tries < REMOVE_TRIES && !tryRemove(dir); tries++) {
    try {
      // Linux 5.14 and later; before, whoever called has killed them.
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

/** One number of a flat-keyed file; 0 when it is not there. */
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
