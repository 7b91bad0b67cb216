import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mapBounded } from '../../host/map-bounded.js';
import type { LimitHit } from '../../model/limits.js';
import { type Limits, megabytes as mb } from './limits.js';

export interface Usage {
  processes: number;
  memoryBytes: number;
}

export interface WatchOptions {
  limits: Limits;
  /** Current usage of the processes. */
  usage(): Usage;
  /** A limit that the kernel has enforced. */
  kernelHit?(): LimitHit | null;
  /** The writable directories. */
  dirs: readonly string[];
  /** Called once, at the first exceeded limit. */
  onHit(hit: LimitHit): void;
}

const EVERY_MS = 500;
/** Maximum share of the time that is spent on walking the directories. */
const WALK_SHARE = 0.25;

/** Polls the resource usage of a command until a limit is exceeded or the watch is stopped. */
export function watchLimits({ limits, usage, kernelHit, dirs, onHit }: WatchOptions): { stop(): void } {
  const over = new AbortController();
  const hit = (limitHit: LimitHit) => {
    if (over.signal.aborted) return;
    over.abort();
    onHit(limitHit);
  };
  const watchProcesses = async () => {
    for (;;) {
      await delay(EVERY_MS, undefined, { signal: over.signal });
      const { processes, memoryBytes } = usage();
      const enforced = kernelHit?.() ?? null;
      if (enforced !== null) hit(enforced);
      else if (processes > limits.processes) {
        hit({
          kind: 'processes',
          what: `it had ${processes} processes, and ${limits.processes} is the limit`,
        });
      } else if (memoryBytes > limits.memoryBytes) {
        hit({
          kind: 'memory',
          what: `it used ${mb(memoryBytes)} of memory, and ${mb(limits.memoryBytes)} is the limit`,
        });
      }
    }
  };
  const watchDisk = async () => {
    for (let tookMs = 0; ; ) {
      await delay(Math.max(EVERY_MS, tookMs / WALK_SHARE), undefined, { signal: over.signal });
      const startMs = performance.now();
      const used = await diskUse(dirs, limits, over.signal);
      tookMs = performance.now() - startMs;
      if (used.files > limits.files) {
        hit({ kind: 'disk', what: `it had more than ${limits.files} files, which is the limit` });
      } else if (used.bytes >= limits.diskBytes) {
        // `>=`: the kernel stops a single file at exactly this size.
        hit({ kind: 'disk', what: `it had written ${mb(limits.diskBytes)}, which is the limit` });
      }
    }
  };
  for (const watch of [watchProcesses, watchDisk]) watch().catch(() => {});
  return { stop: () => over.abort() };
}

/** Counts files and bytes below `dirs` until a limit is exceeded. A sparse file counts with its allocated blocks. */
async function diskUse(
  dirs: readonly string[],
  limits: Pick<Limits, 'files' | 'diskBytes'>,
  signal: AbortSignal,
): Promise<{ files: number; bytes: number }> {
  const used = { files: 0, bytes: 0 };
  const pending = [...dirs];
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    const here = dir;
    // The command may remove it meanwhile.
    const entries = await readdir(here, { withFileTypes: true }).catch(() => []);
    used.files += entries.length;
    await mapBounded(entries, async (entry) => {
      if (entry.isDirectory()) pending.push(join(here, entry.name));
      else used.bytes += 512 * ((await lstat(join(here, entry.name)).catch(() => null))?.blocks ?? 0);
    });
    if (signal.aborted || used.files > limits.files || used.bytes >= limits.diskBytes) return used;
  }
  return used;
}
