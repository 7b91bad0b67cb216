import { join } from 'node:path';
import * as z from 'zod/mini';
import { readStoredFile } from '../../host/regular-file.js';
import { listProcesses } from './table.js';

/** The file has some hundred bytes. */
const MAX_OWNER_BYTES = 4096;

const ownerSchema = z.object({
  pid: z.int(),
  /** Start time of that process in the system's notation: the pid may have been reused. */
  start_time: z.string(),
  /** Marker in the environment of every process of the run. Only temp dirs have it, saved runs do not. */
  marker: z.optional(z.string()),
});
type Owner = z.infer<typeof ownerSchema>;

/** Path of the file that says which process uses the directory. */
export function ownerFile(dir: string): string {
  return join(dir, 'owner.json');
}

/** Content of the owner file for this process. */
export function ownerText(more: Pick<Owner, 'marker'> = {}): string {
  const own = listProcesses().find(({ pid }) => pid === process.pid);
  const owner: Owner = { pid: process.pid, start_time: own?.startTime ?? '', ...more };
  return JSON.stringify(owner);
}

/** Reads the owner of a directory. Null when there is no readable owner file. */
export async function readOwner(dir: string): Promise<Owner | null> {
  try {
    const text = await readStoredFile(ownerFile(dir), { maxBytes: MAX_OWNER_BYTES });
    return ownerSchema.parse(JSON.parse(text.toString('utf8')));
  } catch {
    return null;
  }
}

/** Returns a check whether an owner is alive, based on the processes of now. */
export function makeAliveCheck(): (owner: Owner) => boolean {
  const alive = new Map(listProcesses().map(({ pid, startTime }) => [pid, startTime]));
  return ({ pid, start_time }) => alive.get(pid) === start_time;
}
