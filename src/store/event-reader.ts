import { readSync } from 'node:fs';
import { join } from 'node:path';
import { openRegularFile } from '../host/regular-file.js';
import { type RunEvent, runEventSchema } from '../model/events.js';
import { type EventSummary, readEventSummaries } from './read-events.js';

/** Random access to the events of a saved run. Memory holds only where each event is in the file. */
export interface EventReader {
  /** Number of events. */
  count: number;
  read(index: number): RunEvent;
  close(): Promise<void>;
}

/**
 * Reads the events of the run in `dir` once, and calls `onEvent` with a summary of each. Returns a reader for them. An
 * event that is found broken only by `read` is replaced with a warning.
 *
 * @throws UsageError `usage.broken_events`
 */
export async function openEventReader(
  dir: string,
  onEvent: (event: EventSummary) => void,
): Promise<EventReader> {
  const starts: number[] = [];
  const sizes: number[] = [];
  for await (const events of readEventSummaries(dir)) {
    for (const { event, start, bytes } of events) {
      starts.push(start);
      sizes.push(bytes);
      onEvent(event);
    }
  }
  const file = await openRegularFile(join(dir, 'events.jsonl'));
  return {
    count: starts.length,
    read(index) {
      const buffer = Buffer.alloc(sizes[index] ?? 0);
      if (file !== null) readSync(file.fd, buffer, 0, buffer.length, starts[index] ?? 0);
      return parseEvent(buffer.toString());
    },
    close: async () => file?.close(),
  };
}

function parseEvent(line: string): RunEvent {
  try {
    return runEventSchema.parse(JSON.parse(line));
  } catch {
    return { type: 'warning', t_ms: 0, message: 'a saved event is broken and cannot be read' };
  }
}
