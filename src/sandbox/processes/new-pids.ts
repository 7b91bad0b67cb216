import { readFileSync } from 'node:fs';

/** What is not in the table yet when its pid is already given out shows up within this many looks. */
const LOOKS = 50;
/** More than a chase can meet between two looks: the numbers have wrapped, or a scan of everything is quicker. */
const MAX_GAP = 20_000;

/**
 * Follows the numbers that the system gives to new processes, so that the young are found without reading the whole
 * table: a few microseconds, where a table of thousands takes longer than a generation of a fork bomb lives.
 */
export class NewPids {
  private newest = newestPid();
  /** pid → how often it is still looked for. */
  private awaited = new Map<number, number>();

  /** Pids given out since the last call, and those of earlier calls that were not `met` yet. Empty where the system does not tell. */
  fresh(): number[] {
    const newest = newestPid();
    if (newest === null || this.newest === null) return [];
    const gap = newest - this.newest;
    for (const [pid, looks] of this.awaited) {
      if (looks === 0) this.awaited.delete(pid);
      else this.awaited.set(pid, looks - 1);
    }
    if (gap > 0 && gap <= MAX_GAP) {
      for (let pid = this.newest + 1; pid <= newest; pid++) this.awaited.set(pid, LOOKS);
    }
    this.newest = newest;
    return [...this.awaited.keys()];
  }

  /** The pid was seen in the table; it need not be looked for again. */
  met(pid: number): void {
    this.awaited.delete(pid);
  }
}

/** The last pid given out (proc_loadavg(5)); null where there is no such file. */
function newestPid(): number | null {
  try {
    const pid = Number(readFileSync('/proc/loadavg', 'latin1').split(' ')[4]);
    return Number.isInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}
