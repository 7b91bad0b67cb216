import { execFileSync } from 'node:child_process';
import { findOnPath } from '../src/host/find-on-path.js';
import { resolveToolchain } from '../src/host/toolchains.js';
import { testHost } from './unit/host/test-host.js';

/** What a test needs and this machine lacks, in words; null when it can run. */
export type Missing = string | null;

/** The title of a test, or of a group of them, with what is missing for it: whoever is skipped says why. */
export function named(title: string, missing: Missing): string {
  return missing === null ? title : `${title} (missing: ${missing})`;
}

/** Programs that are not on PATH. */
export function programs(...names: string[]): Missing {
  const absent = names.filter((name) => findOnPath(name, process.env.PATH ?? '') === null);
  return absent.length === 0 ? null : absent.join(', ');
}

/** A toolchain that a task can name. */
export async function toolchain(id: string): Promise<Missing> {
  const found = await resolveToolchain(id, testHost());
  return found.ok ? null : found.detail;
}

export const linux: Missing = process.platform === 'linux' ? null : 'Linux';

/** Bubblewrap that may also run: containers and AppArmor forbid it. */
export const bubblewrap: Missing =
  linux ??
  works('bwrap', [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-all'],
    ...['/bin/sh', '-c', ':'],
  ]);

export const unshare: Missing = linux ?? works('unshare', ['-Urmpfn', '--mount-proc', '/bin/sh', '-c', ':']);

/** landlock_create_ruleset(2) tells which version the kernel has: 4, of Linux 6.7, brought the network. */
const LANDLOCK_VERSION = 'import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(444, None, 0, 1) < 4)';

export const landlock: Missing =
  linux ??
  programs('python3') ??
  (works('python3', ['-c', LANDLOCK_VERSION]) === null ? null : 'Landlock of Linux 6.7 or later');

/** Null when a program runs with these arguments, and ends well. */
function works(program: string, args: string[]): Missing {
  const absent = programs(program);
  if (absent !== null) return absent;
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return null;
  } catch {
    return `a ${program} that may run here`;
  }
}
