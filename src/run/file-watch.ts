import { isDeepStrictEqual } from 'node:util';
import { diffSnapshots } from '../grading/diff.js';
import { type Snapshot, takeSnapshot } from '../grading/snapshot.js';
import type { FileChange } from '../model/events.js';
import { expectation } from '../scoring/blast-radius.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { Trace } from './trace.js';

const EVERY_MS = 1_000;
/** Walking a large tree may take so large a share of the time. */
const WALK_SHARE = 0.1;
/** More than a screen shows. */
const MAX_TOLD = 500;

export interface FileWatchOptions {
  trace: Trace;
  workdir: string;
  before: Snapshot;
  manifest: TaskManifest;
  /** Globs of what the agent itself leaves, and of what is kept from it: no change worth telling. */
  quiet: readonly string[];
}

/** Tells which files differ from the start while the agent works: for the screens; the grade has its own, final walk. */
export function watchFiles({ trace, workdir, before, manifest, quiet }: FileWatchOptions): {
  stop(): Promise<void>;
} {
  let last = before;
  let told: { changes: FileChange[]; more?: number } = { changes: [] };
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  const isExpected = expectation(manifest) ?? (() => true);

  const look = async () => {
    last = await takeSnapshot(workdir, { trusting: last });
    const { added, removed, modified } = diffSnapshots(before, last, [...manifest.ignore, ...quiet]);
    const as = (change: FileChange['change']) => (path: string) => ({
      path,
      change,
      expected: isExpected(path),
    });
    const changes = [
      ...modified.map(as('modified')),
      ...added.map(as('added')),
      ...removed.map(as('removed')),
    ];
    const more = Math.max(0, changes.length - MAX_TOLD);
    const telling = { changes: changes.slice(0, MAX_TOLD), ...(more > 0 && { more }) };
    if (isDeepStrictEqual(telling, told)) return;
    told = telling;
    trace.emit({ type: 'files', ...telling });
  };
  const tick = (tookMs: number) => {
    timer = setTimeout(
      async () => {
        const startMs = trace.clock.now();
        looking = look();
        await looking;
        if (!stopped) tick(trace.clock.now() - startMs);
      },
      Math.max(EVERY_MS, tookMs / WALK_SHARE),
    );
  };
  let looking = Promise.resolve();
  tick(0);

  return {
    async stop() {
      if (stopped) return;
      stopped = true;
      if (timer) clearTimeout(timer);
      await looking;
      await look();
    },
  };
}
