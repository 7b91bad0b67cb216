import { totalmem } from 'node:os';

/** Resource limits of a command and its descendants. */
export interface Limits {
  /** Memory of all processes together, without shared pages. */
  memoryBytes: number;
  processes: number;
  /** Processors; null: all of them. */
  cpus: number | null;
  /** Total in the writable directories, and the maximum of one file. */
  diskBytes: number;
  files: number;
  /** Total of stdout and stderr. */
  outputBytes: number;
}

const MB = 1024 * 1024;

/** Far above normal use: opencode needs 1.3 GB of memory, a Rust build some hundred MB on disk. */
export function defaultLimits(): Limits {
  return {
    memoryBytes: Math.floor(totalmem() * 0.75),
    processes: 1_000,
    cpus: null,
    diskBytes: 2_048 * MB,
    files: 200_000,
    outputBytes: 256 * MB,
  };
}

/** The limit for processes and threads, which the kernel counts together. A compiler may have many threads. */
export function maxTasks({ processes }: Pick<Limits, 'processes'>): number {
  return processes * 4;
}

/** Maximum of each in-memory scratch directory (`/tmp`, `/dev/shm`). The disk watch does not see them. */
export const SCRATCH_BYTES = 1024 * MB;

/** Formats bytes as `512 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / MB)} MB`;
}
