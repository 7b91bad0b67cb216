/** The resources that can be limited. */
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
 * Who enforces a limit: the kernel (a cgroup, a resource limit, processor affinity), this program, which measures twice a
 * second (`watch`), or nobody on this machine.
 */
export const HOLDERS = ['cgroup', 'rlimit', 'affinity', 'watch', 'nothing'] as const;

/** A limit, with who enforced it in this run. */
export interface HeldLimit {
  kind: LimitKind;
  /** Bytes, or a number of processes, processes and threads (`tasks`), files or processors. */
  limit: number;
  held_by: (typeof HOLDERS)[number];
}

/** Resources whose limit ends the run when it is reached. */
export const HIT_KINDS = ['memory', 'processes', 'disk', 'output'] as const;

/** A resource limit that was reached. */
export interface LimitHit {
  kind: (typeof HIT_KINDS)[number];
  /** A clause to follow "it was stopped: ". */
  what: string;
}
