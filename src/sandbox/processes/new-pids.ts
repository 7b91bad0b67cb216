import { readFileSync } from 'node:fs';

/** A pid is assigned before its process appears in the table. It appears within this many lookups. */
const LOOKUPS = 50;
/** With a larger gap, the pid counter has wrapped around, or a scan of the whole table is faster. */
const MAX_GAP = 20_000;

/**
 * Follows the pid counter of the system to find new processes without reading the whole process table. This takes a
 * few microseconds. Reading a table of thousands takes longer than one generation of a fork bomb lives.
 */
export class NewPids {
  private newest = newestPid();
  /** pid → remaining lookups. */
  private pending = new Map<number, number>();

  /** Pids assigned since the last call, and earlier ones not marked as seen. Empty where the system has no pid counter. */
  candidates(): number[] {
    const newest = newestPid();
    if (newest === null || this.newest === null) return [];
    const gap = newest - this.newest;
    for (const [pid, lookups] of this.pending) {
      if (lookups === 0) this.pending.delete(pid);
      else this.pending.set(pid, lookups - 1);
    }
    if (gap > 0 && gap <= MAX_GAP) {
      for (let pid = this.newest + 1; pid <= newest; pid++) this.pending.set(pid, LOOKUPS);
    }
    this.newest = newest;
    return [...this.pending.keys()];
  }

  /** Call when the process was found: its pid is not returned again. */
  markSeen(pid: number): void {
    this.pending.delete(pid);
  }
}

/** The last assigned pid (proc_loadavg(5)); null where that file does not exist. */
function newestPid(): number | null {
  try {
    const pid = Number(readFileSync('/proc/loadavg', 'latin1').split(' ')[4]);
    return Number.isInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}
