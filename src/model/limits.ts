export const LIMIT_KINDS = [
  'memory',
  'processes',
  'tasks',
  'cpu',
  'disk',
  'files',
  'file_size',
  'output',
] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/**
 * Who sees to a limit: the kernel (a cgroup, a resource limit, the processors it may run on), this program that looks
 * twice a second and stops it, or nobody on this machine.
 */
export const HOLDERS = ['cgroup', 'rlimit', 'affinity', 'watch', 'nothing'] as const;

/** One limit as it was really held. */
export interface HeldLimit {
  kind: LimitKind;
  /** Bytes, or a number of processes, processes and threads (`tasks`), files or processors. */
  limit: number;
  held_by: (typeof HOLDERS)[number];
}

/** The limits that end a run when they are reached. */
export const HIT_KINDS = ['memory', 'processes', 'disk', 'output'] as const;

export interface LimitHit {
  kind: (typeof HIT_KINDS)[number];
  /** As in "it was stopped: …". */
  what: string;
}
