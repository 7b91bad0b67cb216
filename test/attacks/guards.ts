import { execFileSync } from 'node:child_process';
import { bubblewrap, landlock, unshare } from '../needs.js';

/** What `--sandbox` is told for each guard that this machine has. */
export const GUARDS: ReadonlyArray<{ guard: 'bubblewrap' | 'none'; flag: 'required' | 'off' }> = [
  ...(bubblewrap === null ? [{ guard: 'bubblewrap', flag: 'required' } as const] : []),
  { guard: 'none', flag: 'off' },
];

/** Every wrapper of files and processes that works here, by its name for `--sandbox`. */
export const WALLS: ReadonlyArray<'bubblewrap' | 'unshare' | 'landlock'> = [
  ...(bubblewrap === null ? ['bubblewrap' as const] : []),
  ...(unshare === null ? ['unshare' as const] : []),
  ...(landlock === null ? ['landlock' as const] : []),
];

export function works(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
