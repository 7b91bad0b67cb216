import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readStoredFile } from '../host/regular-file.js';
import { listProcesses } from '../sandbox/processes/table.js';

/** In the directory of a run while the command that made it runs. */
const OWNER_FILE = 'owner.json';
/** It holds some fifty bytes. */
const MAX_OWNER_BYTES = 4096;

const ownerSchema = z.object({
  pid: z.int(),
  /** Of that process, as the system's table has it: a pid alone may be another's by now. */
  start_time: z.string(),
});

/** Says in `dir` that this process needs the run still. */
export function claimRun(dir: string): void {
  const own = listProcesses().find(({ pid }) => pid === process.pid);
  const owner: z.infer<typeof ownerSchema> = { pid: process.pid, start_time: own?.startTime ?? '' };
  writeFileSync(join(dir, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
}

export function releaseRun(dir: string): void {
  rmSync(join(dir, OWNER_FILE), { force: true });
}

/** Tells of a run's directory whether the command that made it still runs. */
export function readOwners(): (dir: string) => Promise<boolean> {
  const alive = new Map(listProcesses().map(({ pid, startTime }) => [pid, startTime]));
  return async (dir) => {
    try {
      const text = await readStoredFile(join(dir, OWNER_FILE), { maxBytes: MAX_OWNER_BYTES });
      const owner = ownerSchema.parse(JSON.parse(text.toString('utf8')));
      return alive.get(owner.pid) === owner.start_time;
    } catch {
      return false;
    }
  };
}
