import { totalmem } from 'node:os';

/** What a command and all that comes of it may use of the machine. */
export interface Limits {
  /** Of all processes together, pages that only one of them holds. */
  memoryBytes: number;
  processes: number;
  /** Processors' worth of time; null: all there are. */
  cpus: number | null;
  /** Below its writable directories; no single file may be larger either. */
  diskBytes: number;
  files: number;
  /** On stdout and stderr together. */
  outputBytes: number;
}

const MB = 1024 * 1024;

/** Far above what agents need: opencode takes 1.3 GB, a Rust build some hundred MB on disk. */
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

/** The kernel counts threads along with processes; a compiler on a large machine has many. */
export function maxTasks({ processes }: Pick<Limits, 'processes'>): number {
  return processes * 4;
}

/** Of each place outside the writable directories that takes what programs put there, in memory: no watch sees it. */
export const SCRATCH_BYTES = 1024 * MB;

/** As people read it: `512 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / MB)} MB`;
}
