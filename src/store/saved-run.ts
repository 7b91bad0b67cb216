import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openRegularFile } from '../host/regular-file.js';
import { type RunEventOf, runEventSchema } from '../model/events.js';
import type { RunRecord } from '../model/record.js';
import { readRecord } from './read-record.js';

/** A run on disk, told from its first event alone: a list of many is cheap. */
export interface SavedRun {
  id: string;
  dir: string;
  /** It has a `record.json`; without one it was cut short, or goes on still. */
  complete: boolean;
  /** ISO-8601; null when the events were cut before their first line ended. */
  startedAt: string | null;
  /** Who played on what; null as `startedAt`. */
  title: RunTitle | null;
}

type RunTitle = Pick<RunRecord, 'tui' | 'model' | 'task_id' | 'run' | 'demo'>;

/** The first event is some hundred bytes long. */
const FIRST_LINE_BYTES = 64 * 1024;

/** The run that is kept in `dir`; null when none is. */
export async function readSavedRun(dir: string): Promise<SavedRun | null> {
  const [complete, line] = await Promise.all([isFile(join(dir, 'record.json')), firstLine(dir)]);
  if (!complete && line === null) return null;
  const started = line === null ? null : startOf(line);
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

function startOf(line: string): RunEventOf<'run_started'> | null {
  try {
    const event = runEventSchema.safeParse(JSON.parse(line));
    return event.success && event.data.type === 'run_started' ? event.data : null;
  } catch {
    return null;
  }
}

function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
