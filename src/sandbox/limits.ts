import { totalmem } from 'node:os';

/** What a command and all that comes of it may use of the machine. */
export interface Limits {
  /** Of all processes together, pages that only one of them holds. */
  memoryBytes: number;
  processes: number;
  /** Below its writable directories. */
  diskBytes: number;
  files: number;
  /** On stdout and stderr together. */
  outputBytes: number;
}

export interface LimitHit {
  kind: 'memory' | 'processes' | 'disk' | 'output';
  /** As in "it was stopped: …". */
  what: string;
}

const MB = 1024 * 1024;

/** Far above what agents need: opencode takes 1.3 GB, a Rust build some hundred MB on disk. */
export function defaultLimits(): Limits {
  return {
    memoryBytes: Math.floor(totalmem() * 0.75),
    processes: 1_000,
    diskBytes: 2_048 * MB,
    files: 200_000,
    outputBytes: 256 * MB,
  };
}

/** What a shell adds to its environment by itself. */
const SHELLS_OWN = 'PWD OLDPWD SHLVL _';

/** The command line that runs `argv` where the kernel itself refuses larger files, and core dumps. */
export function withFileLimit(argv: readonly string[], { diskBytes }: Pick<Limits, 'diskBytes'>): string[] {
  const limit = `ulimit -c 0; ulimit -f ${Math.ceil(diskBytes / 512)}`;
  return ['/bin/sh', '-c', `${limit}; unset ${SHELLS_OWN}; exec "$0" "$@"`, ...argv];
}
