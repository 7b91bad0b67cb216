import { setTimeout as delay } from 'node:timers/promises';
import { HarnessError } from '../../model/errors.js';
import { NewPids } from './new-pids.js';
import { isMarked, listProcesses, markedPids, type ProcessEntry, readProcess } from './table.js';

/** Far longer than the kernel needs to end what was sent SIGKILL, unless it hangs in a device. */
const KILL_LIMIT_MS = 10_000;
const KILL_ROUND_MS = 5;
/** Bounds the time without a breath for anything else; what it missed is met again in the next round. */
const STOP_LIMIT_MS = 1_000;
/** No new member for so long: the youngest is stopped. */
const QUIET_MS = 3;
const NAMED_SURVIVORS = 8;

/**
 * The processes that came from one command, however they hid: by descent, process group, session and environment
 * marker. Remembers who it has seen, so that a process found once stays found after its parents are gone.
 */
export class ProcessFamily {
  /** pid → start time. */
  private members = new Map<number, string>();
  private groups = new Set<number>();
  private sessions = new Set<number>();

  /** @param leaderPid the first of the family, leader of a session and group of its own; null when only the marker is known, as after a crash. */
  constructor(
    leaderPid: number | null,
    private readonly marker: string,
  ) {
    if (leaderPid === null) return;
    this.groups.add(leaderPid);
    this.sessions.add(leaderPid);
  }

  /** The members alive now. `byMarker` reads every environment too: slower, and finds those who left the tree. */
  alive({ byMarker }: { byMarker: boolean }): ProcessEntry[] {
    const table = listProcesses();
    const marked = byMarker ? markedPids(this.marker) : new Set<number>();
    const own = table.find(({ pid }) => pid === process.pid);
    const found = new Map<number, string>();
    const groups = new Set(this.groups);
    const sessions = new Set(this.sessions);

    const belongs = (entry: ProcessEntry) =>
      this.members.get(entry.pid) === entry.startTime ||
      marked.has(entry.pid) ||
      found.has(entry.ppid) ||
      groups.has(entry.pgid) ||
      (entry.sid !== null && sessions.has(entry.sid));
    for (let grew = true; grew; ) {
      grew = false;
      for (const entry of table) {
        if (entry.pid === process.pid || found.has(entry.pid) || !belongs(entry)) continue;
        found.set(entry.pid, entry.startTime);
        if (entry.pgid !== own?.pgid) groups.add(entry.pgid);
        if (entry.sid !== null && entry.sid !== own?.sid) sessions.add(entry.sid);
        grew = true;
      }
    }

    const living = table.filter(({ pid }) => found.has(pid));
    this.members = found;
    // Ids of groups and sessions are kept only while someone is in them: the numbers are reused.
    this.groups = new Set(living.map(({ pgid }) => pgid).filter((pgid) => pgid !== own?.pgid));
    this.sessions = new Set(living.flatMap(({ sid }) => (sid === null || sid === own?.sid ? [] : [sid])));
    return living;
  }

  /**
   * Kills every member and returns once none is left. They are stopped first, so that none forks while the others
   * are being killed.
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

  /** Stops every member, those forked meanwhile too, and returns them. */
  private stopAll(): ProcessEntry[] {
    const startedMs = performance.now();
    const stopped = new Set<number>();
    for (;;) {
      const trail = new NewPids();
      const living = this.alive({ byMarker: true });
      const running = living.filter(({ pid }) => !stopped.has(pid));
      for (const { pid } of running) {
        signal(pid, 'SIGSTOP');
        stopped.add(pid);
      }
      // A family whose members live shorter than it takes to read the table shows in no table: it has to be chased.
      const young = this.chase(trail, startedMs + STOP_LIMIT_MS);
      for (const { pid } of young) stopped.add(pid);
      const caughtAll = running.length === 0 && young.length === 0;
      if (caughtAll || performance.now() - startedMs > STOP_LIMIT_MS) return [...living, ...young];
    }
  }

  /** Stops those members that were born since the trail began, as fast as they come, until none comes any more. */
  private chase(trail: NewPids, untilMs: number): ProcessEntry[] {
    const caught: ProcessEntry[] = [];
    let quietSinceMs = performance.now();
    for (let nowMs = quietSinceMs; nowMs < untilMs; nowMs = performance.now()) {
      for (const pid of trail.fresh()) {
        const entry = readProcess(pid);
        if (entry === null) continue;
        trail.met(pid);
        if (!this.isMember(entry)) continue;
        signal(pid, 'SIGSTOP');
        this.members.set(pid, entry.startTime);
        if (entry.pgid === pid) this.groups.add(pid);
        if (entry.sid === pid) this.sessions.add(pid);
        caught.push(entry);
        quietSinceMs = nowMs;
      }
      if (nowMs - quietSinceMs > QUIET_MS) break;
    }
    return caught;
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
  const pids = living.slice(0, NAMED_SURVIVORS).map(({ pid }) => pid);
  const more = living.length - pids.length;
  const named = `${pids.join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new HarnessError(`processes of the run survived SIGKILL: ${named}`, {
    code: 'harness.process_survived',
    fix: `Look at what holds them (ps -o pid,stat,wchan,args -p "${pids.join(' ')}"); they may hang in a device or belong to another user.`,
  });
}

/** Kills what an earlier run left behind, found by its environment marker alone. */
export async function killLeftovers(marker: string): Promise<void> {
  await new ProcessFamily(null, marker).kill();
}

/** Signals one process; that it is gone already, or not ours, is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {}
}
