import { execFileSync } from 'node:child_process';
import { bubblewrap, landlock, unshare } from '../needs.js';

/** The value of `--sandbox` for bubblewrap, if it works here, and for no sandbox. */
export const GUARDS: ReadonlyArray<{ guard: 'bubblewrap' | 'none'; flag: 'required' | 'off' }> = [
  ...(bubblewrap === null ? [{ guard: 'bubblewrap', flag: 'required' } as const] : []),
  { guard: 'none', flag: 'off' },
];

/** Every sandbox that works here, by its name for `--sandbox`. */
export const SANDBOXES: ReadonlyArray<'bubblewrap' | 'unshare' | 'landlock'> = [
  ...(bubblewrap === null ? ['bubblewrap' as const] : []),
  ...(unshare === null ? ['unshare' as const] : []),
  ...(landlock === null ? ['landlock' as const] : []),
];

/** Whether a command exits with 0. */
export function works(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
