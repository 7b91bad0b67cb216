import { rmSync, writeFileSync } from 'node:fs';
import { makeAliveCheck, ownerFile, ownerText, readOwner } from '../sandbox/processes/owner-file.js';

/** Says in the directory of a run that this process needs it still. */
export function claimRun(dir: string): void {
  writeFileSync(ownerFile(dir), ownerText(), { mode: 0o600 });
}

export function releaseRun(dir: string): void {
  rmSync(ownerFile(dir), { force: true });
}

/** Tells of a run's directory whether the command that made it still runs. */
export function readOwners(): (dir: string) => Promise<boolean> {
  const lives = makeAliveCheck();
  return async (dir) => {
    const owner = await readOwner(dir);
    return owner !== null && lives(owner);
  };
}
