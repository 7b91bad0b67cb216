import { execFileSync } from 'node:child_process';

const bubblewrapWorks =
  process.platform === 'linux' && works('bwrap', ['--ro-bind', '/', '/', '--unshare-all', 'true']);

/** What `--sandbox` is told for each guard that this machine has. */
export const GUARDS: ReadonlyArray<{ guard: 'bubblewrap' | 'none'; flag: 'required' | 'off' }> = [
  ...(bubblewrapWorks ? [{ guard: 'bubblewrap', flag: 'required' } as const] : []),
  { guard: 'none', flag: 'off' },
];

/** landlock_create_ruleset(2) tells which version the kernel has: 4, of Linux 6.7, brought the network. */
const LANDLOCK_VERSION = 'import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(444, None, 0, 1) < 4)';

/** Every wrapper of files and processes that works here, by its name for `--sandbox`. */
export const WALLS: ReadonlyArray<'bubblewrap' | 'unshare' | 'landlock'> = [
  ...(bubblewrapWorks ? ['bubblewrap' as const] : []),
  ...(process.platform === 'linux' && works('unshare', ['-Urmpf', 'true']) ? ['unshare' as const] : []),
  ...(works('python3', ['-c', LANDLOCK_VERSION]) ? ['landlock' as const] : []),
];

export function works(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
