import { readSync } from 'node:fs';
import { join } from 'node:path';
import { openRegularFile } from '../host/regular-file.js';
import { type RunEvent, runEventSchema } from '../model/events.js';
import { type Glimpse, glimpseEvents } from './read-events.js';

/** The events of a saved run, each to be read again at any time; none of them is held. */
export interface EventReader {
  /** How many there are. */
  count: number;
  read(index: number): RunEvent;
  close(): Promise<void>;
}

/**
 * Goes once through the events of the run kept in `dir`, showing a glimpse of each to `see`, and remembers where they
 * stand. One that turns out to be broken when it is read is a warning that says so.
 * Errors: UsageError `usage.broken_events`.
 */
export async function openEventReader(dir: string, see: (event: Glimpse) => void): Promise<EventReader> {
  const starts: number[] = [];
  const sizes: number[] = [];
  for await (const events of glimpseEvents(dir)) {
    for (const { event, start, bytes } of events) {
      starts.push(start);
      sizes.push(bytes);
      see(event);
    }
  }
  const file = await openRegularFile(join(dir, 'events.jsonl'));
  return {
    count: starts.length,
    read(index) {
      const buffer = Buffer.alloc(sizes[index] ?? 0);
      if (file !== null) readSync(file.fd, buffer, 0, buffer.length, starts[index] ?? 0);
      return eventIn(buffer.toString());
    },
    close: async () => file?.close(),
  };
}

function eventIn(line: string): RunEvent {
  try {
    return runEventSchema.parse(JSON.parse(line));
  } catch {
    return { type: 'warning', t_ms: 0, message: 'what happened here cannot be read from the saved events' };
  }
}
