import { isDeepStrictEqual } from 'node:util';
import { diffSnapshots } from '../grading/diff.js';
import { type Snapshot, takeSnapshot } from '../grading/snapshot.js';
import { expectedFiles } from '../scoring/blast-radius.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { FileChange } from './events.js';
import type { Trace } from './trace.js';

const EVERY_MS = 1_000;

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
  let told: FileChange[] = [];
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  const allowed = expectedFiles(manifest);

  const look = async () => {
    last = await takeSnapshot(workdir, { trusting: last });
    const { added, removed, modified } = diffSnapshots(before, last, [...manifest.ignore, ...quiet]);
    const as = (change: FileChange['change']) => (path: string) => ({
      path,
      change,
      expected: allowed.has(path),
    });
    const changes = [
      ...modified.map(as('modified')),
      ...added.map(as('added')),
      ...removed.map(as('removed')),
    ];
    if (isDeepStrictEqual(changes, told)) return;
    told = changes;
    trace.emit({ type: 'files', changes });
  };
  const tick = () => {
    timer = setTimeout(async () => {
      looking = look();
      await looking;
      if (!stopped) tick();
    }, EVERY_MS);
  };
  let looking = Promise.resolve();
  tick();

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
