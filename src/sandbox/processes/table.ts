import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** One living process of the system's process table. */
export interface ProcessEntry {
  pid: number;
  ppid: number;
  pgid: number;
  /** Session id; null where the system does not report it (macOS). */
  sid: number | null;
  /** Start time in the system's notation. Together with `pid` it identifies a process even if the pid is reused. */
  startTime: string;
}

/** The smallest page size of Linux. With larger pages, memory is undercounted. */
const PAGE_BYTES = 4096;

/** Environment variable that marks every process of a run. */
export const RUN_MARKER = 'CAB_RUN';

/** All processes except zombies: from `/proc` on Linux, from `ps` elsewhere. */
export function listProcesses(platform: NodeJS.Platform = process.platform): ProcessEntry[] {
  if (platform !== 'linux') return parsePs(ps(['-axo', 'pid=,ppid=,pgid=,stat=,lstart=']));
  const entries: ProcessEntry[] = [];
  for (const pid of procPids()) {
    const entry = readProcess(pid);
    if (entry !== null) entries.push(entry);
  }
  return entries;
}

/** One process from `/proc`; null when it has exited or is a zombie. */
export function readProcess(pid: number): ProcessEntry | null {
  return parseProcStat(readOrEmpty(`/proc/${pid}/stat`));
}

/** Private memory of a process in bytes, without pages shared with files or other processes. 0 when unknown. */
export function ownMemory(pid: number): number {
  const [, resident, shared] = readOrEmpty(`/proc/${pid}/statm`).split(' ').map(Number);
  return Math.max(0, (resident ?? 0) - (shared ?? 0)) * PAGE_BYTES;
}

/** Whether the environment of `pid` in `/proc` contains `CAB_RUN=<marker>`. */
export function isMarked(pid: number, marker: string): boolean {
  const needle = `${RUN_MARKER}=${marker}`;
  const environ = readOrEmpty(`/proc/${pid}/environ`);
  return environ.includes(needle) && environ.split('\0').includes(needle);
}

/** Pids of the processes whose environment contains `CAB_RUN=<marker>`. Processes of other users are not readable. */
export function markedPids(marker: string, platform: NodeJS.Platform = process.platform): Set<number> {
  if (platform !== 'linux') {
    const needle = `${RUN_MARKER}=${marker}`;
    const found = new Set<number>();
    // BSD ps appends the environment to the command line, separated by spaces.
    for (const line of ps(['-axwwE', '-o', 'pid=,command=']).split('\n')) {
      if (line.split(/\s+/).includes(needle)) found.add(Number.parseInt(line, 10));
    }
    return found;
  }
  return new Set(procPids().filter((pid) => isMarked(pid, marker)));
}

/** The descendants of `pid`, at any depth, without `pid` itself. */
export function descendantsOf(table: readonly ProcessEntry[], pid: number): ProcessEntry[] {
  const found: ProcessEntry[] = [];
  const parents = [pid];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const entry of table) {
      if (entry.ppid !== parent) continue;
      found.push(entry);
      parents.push(entry.pid);
    }
  }
  return found;
}

/**
 * Parses one `/proc/<pid>/stat` (proc_pid_stat(5)). Null for a zombie and for invalid text.
 * The name in field 2 may contain spaces and parentheses, so fields are counted from the last `)`.
 */
export function parseProcStat(stat: string): ProcessEntry | null {
  const nameEnd = stat.lastIndexOf(')');
  const [state, ppid, pgid, sid, ...rest] = stat.slice(nameEnd + 2).split(' ');
  const threads = Number(rest[13]);
  const startTime = rest[15];
  if (nameEnd < 0 || startTime === undefined) return null;
  // A process whose first thread has exited looks like a zombie while other threads still run.
  if (state === 'X' || (state === 'Z' && threads <= 1)) return null;
  return {
    pid: Number.parseInt(stat, 10),
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: Number(sid),
    startTime,
  };
}

/** Parses the output of `ps -axo pid=,ppid=,pgid=,stat=,lstart=`, without zombies. */
export function parsePs(output: string): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const line of output.split('\n')) {
    const [pid, ppid, pgid, state, ...lstart] = line.trim().split(/\s+/);
    if (state === undefined || state.startsWith('Z')) continue;
    entries.push({
      pid: Number(pid),
      ppid: Number(ppid),
      pgid: Number(pgid),
      sid: null,
      startTime: lstart.join(' '),
    });
  }
  return entries;
}

function procPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Empty when the process has exited meanwhile or belongs to another user. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function ps(args: string[]): string {
  return execFileSync('ps', args, {
    encoding: 'latin1',
    env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
