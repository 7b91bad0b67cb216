import { mkdtempSync, rmSync, type WriteFileOptions } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { RunEvent } from '../../../src/model/events.js';
import { listRuns } from '../../../src/store/find-run.js';
import { readEvents } from '../../../src/store/read-events.js';
import { readRecord } from '../../../src/store/read-record.js';
import { openRunStore } from '../../../src/store/run-store.js';
import { passed, passing } from '../reporters/sample-run.js';

/** The process dies when it has written this many bytes; a rename counts as one. */
const crash = vi.hoisted(() => ({ bytesLeft: Number.MAX_SAFE_INTEGER }));

class Crashed extends Error {}

vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof import('node:fs')>();
  return {
    ...fs,
    writeFileSync(file: number | string, data: string, options?: WriteFileOptions) {
      const bytes = Buffer.from(data);
      const written = bytes.subarray(0, crash.bytesLeft);
      crash.bytesLeft -= written.length;
      fs.writeFileSync(file, written, options);
      if (written.length < bytes.length) throw new Crashed();
    },
    renameSync(from: string, to: string) {
      if (crash.bytesLeft < 1) throw new Crashed();
      crash.bytesLeft -= 1;
      fs.renameSync(from, to);
    },
  };
});

const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * Saves a run through the store, which crashes after `bytes`. Returns the bytes written by the end of each finished
 * step.
 */
function saveRun(runsDir: string, bytes: number) {
  const ends = { open: null as number | null, append: [] as number[], finish: null as number | null };
  crash.bytesLeft = bytes;
  const written = () => bytes - crash.bytesLeft;
  try {
    const store = openRunStore(join(runsDir, passed.run_id), (fault) => {
      throw fault;
    });
    ends.open = written();
    for (const event of passing) {
      store.append(event);
      ends.append.push(written());
    }
    store.finish(passed);
    ends.finish = written();
  } catch (error) {
    if (!(error instanceof Error && error.cause instanceof Crashed)) throw error;
  } finally {
    crash.bytesLeft = NEVER;
  }
  return ends;
}

async function eventsIn(dir: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(dir)) events.push(event);
  return events;
}

async function inTempDir<T>(work: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'cab-crash-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test('attack: a crash at any byte loses at most the event being written, and leaves no torn record', async () => {
  const ends = await inTempDir((dir) => saveRun(dir, NEVER));
  const last = ends.finish ?? 0;
  expect(ends.append).toHaveLength(passing.length);
  const boundaries = [ends.open ?? 0, ...ends.append, last].flatMap((end) => [end - 1, end, end + 1]);

  await fc.assert(
    fc.asyncProperty(fc.nat(last), (bytes) =>
      inTempDir(async (runsDir) => {
        const { open, append, finish } = saveRun(runsDir, bytes);
        const runs = await listRuns(runsDir);
        expect(runs.map(({ complete }) => complete)).toEqual(open === null ? [] : [finish !== null]);
        const [run] = runs;
        if (run === undefined) return;
        const events = await eventsIn(run.dir);
        expect(events).toEqual(passing.slice(0, events.length));
        expect(events.length - append.length).toBeOneOf([0, 1]);
        if (run.complete) expect(await readRecord(run.dir)).toEqual(passed);
      }),
    ),
    { examples: boundaries.map((bytes) => [bytes]), numRuns: boundaries.length + 200 },
  );
});
