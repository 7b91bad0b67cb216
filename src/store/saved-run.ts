import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openRegularFile } from '../host/regular-file.js';
import { type RunEventOf, runEventSchema } from '../model/events.js';
import type { RunRecord } from '../model/record.js';
import { readRecord } from './read-record.js';

/** A saved run, as far as its first event tells: so a list of many runs is cheap. */
export interface SavedRun {
  id: string;
  dir: string;
  /** Whether it has a `record.json`. Without one it was interrupted or is still running. */
  complete: boolean;
  /** ISO 8601; null when the first event is incomplete. */
  startedAt: string | null;
  /** Agent, model and task; null when `startedAt` is. */
  title: RunTitle | null;
}

type RunTitle = Pick<RunRecord, 'tui' | 'model' | 'task_id' | 'run' | 'demo'>;

/** Far more than the length of the first event. */
const FIRST_LINE_BYTES = 64 * 1024;

/** Reads the run in `dir`; null when there is none. */
export async function readSavedRun(dir: string): Promise<SavedRun | null> {
  const [complete, line] = await Promise.all([isFile(join(dir, 'record.json')), firstLine(dir)]);
  if (!complete && line === null) return null;
  const started = line === null ? null : parseStart(line);
  if (started) return { id: started.run_id, dir, complete, startedAt: started.at, title: started };
  const record = complete ? await readRecord(dir).catch(() => null) : null;
  return {
    id: record?.run_id ?? basename(dir),
    dir,
    complete,
    startedAt: record?.started_at ?? null,
    title: record,
  };
}

async function firstLine(dir: string): Promise<string | null> {
  try {
    const file = await openRegularFile(join(dir, 'events.jsonl'));
    if (file === null) return null;
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(FIRST_LINE_BYTES), position: 0 });
      return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '';
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

function parseStart(line: string): RunEventOf<'run_started'> | null {
  try {
    const event = runEventSchema.safeParse(JSON.parse(line));
    return event.success && event.data.type === 'run_started' ? event.data : null;
  } catch {
    return null;
  }
}

function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
