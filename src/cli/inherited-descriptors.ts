import { closeSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/** A key file that was named by a descriptor, such as `/dev/fd/30`. */
export interface HandedFile {
  text: string;
  /** Where it lies, when it is a file with a name. */
  path: string | null;
}

/** Key files by the name that the command line gives them. */
export type HandedFiles = ReadonlyMap<string, HandedFile>;

/** A key is one line; what is longer than this is none, and may have no end. */
const MAX_BYTES = 64 * 1024;
const NAMES_DESCRIPTOR = /^(?:\/dev\/fd|\/proc\/self\/fd|\/proc\/(?<pid>\d+)\/fd)\/(?<fd>\d+)$/;

/**
 * Reads the key files that the command line names by a descriptor, then closes every descriptor that a child would
 * inherit: it may lead to a file, or below a directory, that the sandbox hides. 0 to 2 stay; each child is given its own.
 */
export function takeInheritedDescriptors(argv: readonly string[]): HandedFiles {
  const handed = new Map<string, HandedFile>();
  for (const name of keyFilesIn(argv)) {
    const fd = descriptorOf(name);
    if (fd === null || fd === 1 || fd === 2) continue;
    try {
      handed.set(name, { text: readAll(fd), path: pathOfDescriptor(fd) });
    } catch {
      // It is not open, or is a directory: whoever opens it by its name says so.
    }
  }
  for (const fd of inheritable()) closeSync(fd);
  return handed;
}

/** Where a descriptor's file lies; null for a pipe, a terminal, and where the system does not tell. */
export function pathOfDescriptor(fd: number): string | null {
  try {
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    return path.startsWith('/') && !path.startsWith('/dev/') ? path : null;
  } catch {
    return null;
  }
}

function keyFilesIn(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    if (word === '--key-file') return argv[index + 1] ?? [];
    return word.startsWith('--key-file=') ? word.slice('--key-file='.length) : [];
  });
}

function descriptorOf(name: string): number | null {
  if (name === '/dev/stdin') return 0;
  const { fd, pid } = NAMES_DESCRIPTOR.exec(name)?.groups ?? {};
  return fd === undefined || (pid !== undefined && Number(pid) !== process.pid) ? null : Number(fd);
}

function readAll(fd: number): string {
  const bytes = Buffer.alloc(MAX_BYTES);
  let length = 0;
  while (length < MAX_BYTES) {
    try {
      const read = readSync(fd, bytes, length, MAX_BYTES - length, null);
      if (read === 0) break;
      length += read;
    } catch (error) {
      // Whoever made the pipe may have set it not to wait.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
  return bytes.toString('utf8', 0, length);
}

/** O_CLOEXEC as fdinfo writes it (proc_pid_fdinfo(5)), the same on every architecture but three that Node is not built for. */
const CLOSES_ON_EXEC = 0o2000000;

/**
 * Descriptors above 2 that outlive an exec. Node opens all of its own, the channel to a parent that forked it included,
 * with O_CLOEXEC. Only Linux tells; macOS needs no telling, as there libuv starts children with
 * POSIX_SPAWN_CLOEXEC_DEFAULT, which hands on nothing but what is named.
 */
function inheritable(): number[] {
  return listDescriptors().filter((fd) => {
    if (fd <= 2) return false;
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
      return flags !== undefined && (Number.parseInt(flags, 8) & CLOSES_ON_EXEC) === 0;
    } catch {
      return false;
    }
  });
}

function listDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}
