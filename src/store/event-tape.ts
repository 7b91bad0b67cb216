import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type RunEvent, runEventSchema } from '../cell/events.js';
import { readPlacedEvents } from './read-events.js';

/** The events of a saved run, each to be read again at any time; none of them is held. */
export interface EventTape {
  /** How many there are. */
  count: number;
  read(index: number): RunEvent;
  close(): void;
}

/**
 * Goes once through the events of the run kept in `dir`, showing each to `see`, and remembers where they stand.
 * Errors: UsageError `usage.broken_events`.
 */
export async function openEventTape(dir: string, see: (event: RunEvent) => void): Promise<EventTape> {
  const starts: number[] = [];
  const sizes: number[] = [];
  for await (const { event, start, bytes } of readPlacedEvents(dir)) {
    starts.push(start);
    sizes.push(bytes);
    see(event);
  }
  const file = openSync(join(dir, 'events.jsonl'), 'r');
  return {
    count: starts.length,
    read(index) {
      const buffer = Buffer.alloc(sizes[index] ?? 0);
      readSync(file, buffer, 0, buffer.length, starts[index] ?? 0);
      return runEventSchema.parse(JSON.parse(buffer.toString()));
    },
    close: () => closeSync(file),
  };
}
