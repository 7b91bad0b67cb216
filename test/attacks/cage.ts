import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group that no bomb gets out of, whatever becomes of the program under attack. */
export interface Cage {
  /** Puts a process into it, and all that it starts. */
  lock(pid: number): void;
  open(): void;
}

const MAX_TASKS = '600';
/** Hierarchies that count processes: cgroup v1, v2, and v2 beside v1. */
const HIERARCHIES = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

/** Null where this user may make no such group. */
export function makeCage(): Cage | null {
  for (const hierarchy of HIERARCHIES) {
    const dir = join(hierarchy, `cab-cage-${process.pid}`);
    try {
      mkdirSync(dir);
      writeFileSync(join(dir, 'pids.max'), MAX_TASKS, { flag: 'r+' });
      return {
        lock: (pid) => writeFileSync(join(dir, 'cgroup.procs'), String(pid)),
        open: () => rmdirSync(dir),
      };
    } catch {
      if (existsSync(dir)) rmdirSync(dir);
    }
  }
  return null;
}
