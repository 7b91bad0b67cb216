import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A cgroup that limits a fork bomb even if the program under attack fails to stop it. */
export interface PidsCgroup {
  /** Adds a process and its future descendants. */
  add(pid: number): void;
  remove(): void;
}

const MAX_TASKS = '600';
/** Hierarchies with the pids controller: cgroup v1, v2, and v2 next to v1. */
const HIERARCHIES = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

/** Null when this user may not create such a group. */
export function makePidsCgroup(): PidsCgroup | null {
  for (const hierarchy of HIERARCHIES) {
    const dir = join(hierarchy, `cab-pids-${process.pid}`);
    try {
      mkdirSync(dir);
      writeFileSync(join(dir, 'pids.max'), MAX_TASKS, { flag: 'r+' });
      return {
        add: (pid) => writeFileSync(join(dir, 'cgroup.procs'), String(pid)),
        remove: () => rmdirSync(dir),
      };
    } catch {
      if (existsSync(dir)) rmdirSync(dir);
    }
  }
  return null;
}
