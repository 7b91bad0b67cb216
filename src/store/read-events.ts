import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { type RunEvent, runEventSchema } from '../cell/events.js';
import { UsageError } from '../errors.js';

/** An event and where its line stands in `events.jsonl`. */
export interface PlacedEvent {
  event: RunEvent;
  /** Byte of the file. */
  start: number;
  bytes: number;
}

/**
 * The events of the run kept in `dir`, in order, read as they are asked for. A last line that was torn by a crash is
 * left out, and so are kinds of event that this version does not know. Errors: UsageError `usage.broken_events`.
 */
export async function* readEvents(dir: string): AsyncGenerator<RunEvent, void, void> {
  for await (const { event } of readPlacedEvents(dir)) yield event;
}

/** As `readEvents`, each with its place. */
export async function* readPlacedEvents(dir: string): AsyncGenerator<PlacedEvent, void, void> {
  const file = join(dir, 'events.jsonl');
  let number = 0;
  for await (const { line, start, whole } of linesOf(file)) {
    number += 1;
    const event = eventOf(line.toString());
    if (event === 'unknown') continue;
    if (event !== null) yield { event, start, bytes: line.length };
    else if (whole) {
      throw new UsageError(`Line ${number} of ${file} is no event of a run.`, {
        code: 'usage.broken_events',
        fix: 'Run the check again, or give the directory of another run.',
      });
    }
  }
}

const LINE_FEED = 0x0a;

const KNOWN = new Set<unknown>(runEventSchema.def.options.flatMap((option) => option.shape.type.def.values));

/** An event of one line; `unknown` when a later version may know it, null when it is none. */
function eventOf(line: string): RunEvent | 'unknown' | null {
  try {
    const json: unknown = JSON.parse(line);
    const result = runEventSchema.safeParse(json);
    if (result.success) return result.data;
    const type = typeof json === 'object' && json !== null && 'type' in json ? json.type : null;
    return typeof type === 'string' && !KNOWN.has(type) ? 'unknown' : null;
  } catch {
    return null;
  }
}

interface Line {
  line: Buffer;
  start: number;
  whole: boolean;
}

/** `node:readline` would also break lines at U+2028, which JSON strings may hold, and tells no places. */
async function* linesOf(file: string): AsyncGenerator<Line, void, void> {
  let pieces: Buffer[] = [];
  let start = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
      const buffer: Buffer = chunk;
      let from = 0;
      for (let end = buffer.indexOf(LINE_FEED); end >= 0; end = buffer.indexOf(LINE_FEED, from)) {
        const tail = buffer.subarray(from, end);
        const line = pieces.length === 0 ? tail : Buffer.concat([...pieces, tail]);
        yield { line, start, whole: true };
        pieces = [];
        start += line.length + 1;
        from = end + 1;
      }
      if (from < buffer.length) pieces.push(buffer.subarray(from));
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}.`, {
      code: 'usage.broken_events',
      fix: 'Give the directory of a run whose events were kept.',
      cause,
    });
  }
  const rest = Buffer.concat(pieces);
  if (rest.length > 0) yield { line: rest, start, whole: false };
}
