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
  /** What the processes use now. */
  usage(): Usage;
  /** The limit that the kernel itself has held it to. */
  refused?(): LimitHit | null;
  /** The writable directories. */
  dirs: readonly string[];
  /** Called once, for the first limit that was passed. */
  onHit(hit: LimitHit): void;
}

const EVERY_MS = 500;
/** Walking a tree may take so large a share of the time. */
const WALK_SHARE = 0.25;

/** Looks at what a command uses, again and again, until something is over its limit or the watch is stopped. */
export function watchLimits({ limits, usage, refused, dirs, onHit }: WatchOptions): { stop(): void } {
  const over = new AbortController();
  const hit = (found: LimitHit) => {
    if (over.signal.aborted) return;
    over.abort();
    onHit(found);
  };
  const watchProcesses = async () => {
    for (;;) {
      await delay(EVERY_MS, undefined, { signal: over.signal });
      const { processes, memoryBytes } = usage();
      const held = refused?.() ?? null;
      if (held !== null) hit(held);
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
        // A single file ends there too: the kernel sees to it.
        hit({ kind: 'disk', what: `it had written ${mb(limits.diskBytes)}, which is the limit` });
      }
    }
  };
  for (const watch of [watchProcesses, watchDisk]) watch().catch(() => {});
  return { stop: () => over.abort() };
}

/** What lies below `dirs`, counted until one of the limits is passed; a sparse file counts for what it takes. */
async function diskUse(
  dirs: readonly string[],
  limits: Pick<Limits, 'files' | 'diskBytes'>,
  signal: AbortSignal,
): Promise<{ files: number; bytes: number }> {
  const used = { files: 0, bytes: 0 };
  const pending = [...dirs];
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    const here = dir;
    // It may be removed while it is read.
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
