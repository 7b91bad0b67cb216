import { closeSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/** A key file that the command line names by a descriptor, such as `/dev/fd/30`. */
export interface InheritedFile {
  text: string;
  /** Its path; null when it is no file with a name. */
  path: string | null;
}

/** Key files by their names on the command line. */
export type InheritedFiles = ReadonlyMap<string, InheritedFile>;

/** Longer input cannot be a key, and may have no end. */
const MAX_BYTES = 64 * 1024;
const NAMES_DESCRIPTOR = /^(?:\/dev\/fd|\/proc\/self\/fd|\/proc\/(?<pid>\d+)\/fd)\/(?<fd>\d+)$/;

/**
 * Reads the key files that the command line names by a descriptor. Then closes every descriptor above 2 that a child would
 * inherit: through it a child could reach files that the sandbox hides.
 */
export function takeInheritedDescriptors(argv: readonly string[]): InheritedFiles {
  const files = new Map<string, InheritedFile>();
  for (const name of keyFilesIn(argv)) {
    const fd = descriptorOf(name);
    if (fd === null || fd === 1 || fd === 2) continue;
    try {
      files.set(name, { text: readAll(fd), path: pathOfDescriptor(fd) });
    } catch {
      // Not open, or a directory: reading the key file by its name reports the error later.
    }
  }
  for (const fd of inheritable()) closeSync(fd);
  return files;
}

/** The path of a descriptor's file; null for a pipe or a terminal, and where the system does not tell. */
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
      // The pipe may be non-blocking.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
  return bytes.toString('utf8', 0, length);
}

/** O_CLOEXEC as fdinfo writes it (proc_pid_fdinfo(5)): the same on every architecture that Node supports. */
const CLOSES_ON_EXEC = 0o2000000;

/**
 * Descriptors above 2 that stay open across an exec. Node opens all of its own with O_CLOEXEC, also the channel to a parent
 * that forked it. Only Linux reports the flag. macOS does not need it: libuv starts children there with
 * POSIX_SPAWN_CLOEXEC_DEFAULT, which passes on only named descriptors.
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
