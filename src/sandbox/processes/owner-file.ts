import { join } from 'node:path';
import * as z from 'zod/mini';
import { readStoredFile } from '../../host/regular-file.js';
import { listProcesses } from './table.js';

/** It holds some hundred bytes. */
const MAX_OWNER_BYTES = 4096;

const ownerSchema = z.object({
  pid: z.int(),
  /** Of that process, as the system's table has it: a pid alone may be another's by now. */
  start_time: z.string(),
  /** In the environment of every process of the run; only a temp dir names it. */
  marker: z.optional(z.string()),
});
type Owner = z.infer<typeof ownerSchema>;

/** Where a directory says which process needs it. */
export function ownerFile(dir: string): string {
  return join(dir, 'owner.json');
}

/** What this process writes there. */
export function ownerText(more: Pick<Owner, 'marker'> = {}): string {
  const own = listProcesses().find(({ pid }) => pid === process.pid);
  const owner: Owner = { pid: process.pid, start_time: own?.startTime ?? '', ...more };
  return JSON.stringify(owner);
}

/** Who owns a directory; null where no file says so that can be read. */
export async function readOwner(dir: string): Promise<Owner | null> {
  try {
    const text = await readStoredFile(ownerFile(dir), { maxBytes: MAX_OWNER_BYTES });
    return ownerSchema.parse(JSON.parse(text.toString('utf8')));
  } catch {
    return null;
  }
}

/** Tells of an owner whether it lives, by the processes that there are now. */
export function makeAliveCheck(): (owner: Owner) => boolean {
  const alive = new Map(listProcesses().map(({ pid, startTime }) => [pid, startTime]));
  return ({ pid, start_time }) => alive.get(pid) === start_time;
}
