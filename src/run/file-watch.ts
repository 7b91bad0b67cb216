import { isDeepStrictEqual } from 'node:util';
import { diffSnapshots } from '../grading/diff.js';
import { type Snapshot, takeSnapshot } from '../grading/snapshot.js';
import type { FileChange } from '../model/events.js';
import { expectation } from '../scoring/blast-radius.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { Trace } from './trace.js';

const EVERY_MS = 1_000;
/** Walking the tree may take at most this share of the time: large trees are walked less often. */
const WALK_SHARE = 0.1;
/** More than a screen shows. */
const MAX_LISTED = 500;

export interface FileWatchOptions {
  trace: Trace;
  workdir: string;
  before: Snapshot;
  manifest: TaskManifest;
  /** Globs of files that are never reported: the agent's own project configuration. */
  ignored: readonly string[];
}

/** Emits which files differ from the start while the agent works. For the screens only: grading walks the tree again. */
export function watchFiles({ trace, workdir, before, manifest, ignored }: FileWatchOptions): {
  stop(): Promise<void>;
} {
  let last = before;
  let reported: { changes: FileChange[]; more?: number } = { changes: [] };
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  const isExpected = expectation(manifest) ?? (() => true);

  const update = async () => {
    last = await takeSnapshot(workdir, { trusting: last });
    const { added, removed, modified } = diffSnapshots(before, last, [...manifest.ignore, ...ignored]);
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
    const more = Math.max(0, changes.length - MAX_LISTED);
    const current = { changes: changes.slice(0, MAX_LISTED), ...(more > 0 && { more }) };
    if (isDeepStrictEqual(current, reported)) return;
    reported = current;
    trace.emit({ type: 'files', ...current });
  };
  const schedule = (tookMs: number) => {
    timer = setTimeout(
      async () => {
        const startMs = trace.clock.now();
        updating = update();
        await updating;
        if (!stopped) schedule(trace.clock.now() - startMs);
      },
      Math.max(EVERY_MS, tookMs / WALK_SHARE),
    );
  };
  let updating = Promise.resolve();
  schedule(0);

  return {
    async stop() {
      if (stopped) return;
      stopped = true;
      if (timer) clearTimeout(timer);
      await updating;
      await update();
    },
  };
}
