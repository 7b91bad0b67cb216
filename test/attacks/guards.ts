import { execFileSync } from 'node:child_process';

const bubblewrapWorks =
  process.platform === 'linux' && works('bwrap', ['--ro-bind', '/', '/', '--unshare-all', 'true']);

/** What `--sandbox` is told for each guard that this machine has. */
export const GUARDS: ReadonlyArray<{ guard: 'bubblewrap' | 'none'; flag: 'required' | 'off' }> = [
  ...(bubblewrapWorks ? [{ guard: 'bubblewrap', flag: 'required' } as const] : []),
  { guard: 'none', flag: 'off' },
];

export function works(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
