import { setTimeout as delay } from 'node:timers/promises';
import { HarnessError } from '../../model/errors.js';
import { NewPids } from './new-pids.js';
import { isMarked, listProcesses, markedPids, type ProcessEntry, readProcess } from './table.js';

/** Far longer than a process needs to die of SIGKILL, unless it hangs in a device. */
const KILL_LIMIT_MS = 10_000;
const KILL_ROUND_MS = 5;
/** Maximum time of one synchronous scan. The next round finds the processes that it missed. */
const STOP_LIMIT_MS = 1_000;
/** If no new member appears for this long, all members are stopped. */
const QUIET_MS = 3;
const MAX_NAMED_PIDS = 8;

/**
 * All processes that descend from one command, even if they hide. Found by parent, process group, session and
 * environment marker. Remembers its members, so that a process stays a member after its parents have exited.
 */
export class ProcessFamily {
  /** pid → start time. */
  private members = new Map<number, string>();
  private groups = new Set<number>();
  private sessions = new Set<number>();

  /** @param leaderPid the first process, leader of its session and group; null when only the marker is known, as after a crash */
  constructor(
    leaderPid: number | null,
    private readonly marker: string,
  ) {
    if (leaderPid === null) return;
    this.groups.add(leaderPid);
    this.sessions.add(leaderPid);
  }

  /** The living members. `byMarker` also reads every environment: slower, but it finds processes that left the tree. */
  alive({ byMarker }: { byMarker: boolean }): ProcessEntry[] {
    const table = listProcesses();
    const marked = byMarker ? markedPids(this.marker) : new Set<number>();
    const own = table.find(({ pid }) => pid === process.pid);
    const members = new Map<number, string>();
    const groups = new Set(this.groups);
    const sessions = new Set(this.sessions);

    const belongs = (entry: ProcessEntry) =>
      this.members.get(entry.pid) === entry.startTime ||
      marked.has(entry.pid) ||
      members.has(entry.ppid) ||
      groups.has(entry.pgid) ||
      (entry.sid !== null && sessions.has(entry.sid));
    for (let grew = true; grew; ) {
      grew = false;
      for (const entry of table) {
        if (entry.pid === process.pid || members.has(entry.pid) || !belongs(entry)) continue;
        members.set(entry.pid, entry.startTime);
        if (entry.pgid !== own?.pgid) groups.add(entry.pgid);
        if (entry.sid !== null && entry.sid !== own?.sid) sessions.add(entry.sid);
        grew = true;
      }
    }

    const living = table.filter(({ pid }) => members.has(pid));
    this.members = members;
    // Forget empty groups and sessions: the system reuses their ids.
    this.groups = new Set(living.map(({ pgid }) => pgid).filter((pgid) => pgid !== own?.pgid));
    this.sessions = new Set(living.flatMap(({ sid }) => (sid === null || sid === own?.sid ? [] : [sid])));
    return living;
  }

  /**
   * Kills every member and returns when none is left. Stops them first, so that none forks while others are killed.
   *
   * @throws HarnessError `harness.process_survived`
   */
  async kill(): Promise<void> {
    const startedMs = performance.now();
    for (let living = this.stopAll(); living.length > 0; living = this.stopAll()) {
      if (performance.now() - startedMs > KILL_LIMIT_MS) throw survivors(living);
      for (const { pid } of living) signal(pid, 'SIGKILL');
      await delay(KILL_ROUND_MS);
    }
  }

  /** Stops every member, including those forked meanwhile, and returns them. */
  private stopAll(): ProcessEntry[] {
    const startedMs = performance.now();
    const stopped = new Set<number>();
    for (;;) {
      const newPids = new NewPids();
      const living = this.alive({ byMarker: true });
      const running = living.filter(({ pid }) => !stopped.has(pid));
      for (const { pid } of running) {
        signal(pid, 'SIGSTOP');
        stopped.add(pid);
      }
      // Processes that live shorter than a read of the process table appear in no table.
      const newborn = this.stopNewborn(newPids, startedMs + STOP_LIMIT_MS);
      for (const { pid } of newborn) stopped.add(pid);
      const caughtAll = running.length === 0 && newborn.length === 0;
      if (caughtAll || performance.now() - startedMs > STOP_LIMIT_MS) return [...living, ...newborn];
    }
  }

  /** Stops members that started since `newPids` was created, until no more appear. */
  private stopNewborn(newPids: NewPids, untilMs: number): ProcessEntry[] {
    const stopped: ProcessEntry[] = [];
    let quietSinceMs = performance.now();
    for (let nowMs = quietSinceMs; nowMs < untilMs; nowMs = performance.now()) {
      for (const pid of newPids.candidates()) {
        const entry = readProcess(pid);
        if (entry === null) continue;
        newPids.markSeen(pid);
        if (!this.isMember(entry)) continue;
        signal(pid, 'SIGSTOP');
        this.members.set(pid, entry.startTime);
        if (entry.pgid === pid) this.groups.add(pid);
        if (entry.sid === pid) this.sessions.add(pid);
        stopped.push(entry);
        quietSinceMs = nowMs;
      }
      if (nowMs - quietSinceMs > QUIET_MS) break;
    }
    return stopped;
  }

  private isMember({ pid, ppid, pgid, sid }: ProcessEntry): boolean {
    return (
      pid !== process.pid &&
      (this.members.has(pid) ||
        this.members.has(ppid) ||
        this.groups.has(pgid) ||
        (sid !== null && this.sessions.has(sid)) ||
        isMarked(pid, this.marker))
    );
  }
}

function survivors(living: readonly ProcessEntry[]): HarnessError {
  const pids = living.slice(0, MAX_NAMED_PIDS).map(({ pid }) => pid);
  const more = living.length - pids.length;
  const named = `${pids.join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new HarnessError(`processes of the run survived SIGKILL: ${named}`, {
    code: 'harness.process_survived',
    fix: `Look at what holds them (ps -o pid,stat,wchan,args -p "${pids.join(' ')}"); they may hang in a device or belong to another user.`,
  });
}

/**
 * Kills the processes that an earlier run left behind. Finds them by its environment marker.
 *
 * @throws HarnessError `harness.process_survived`
 */
export async function killLeftovers(marker: string): Promise<void> {
  await new ProcessFamily(null, marker).kill();
}

/** Signals one process. Ignores errors: it may have exited or belong to another user. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {}
}
