import { join } from 'node:path';
import { NotReadable, openStoredFile, readErrorText } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';
import { type RunEvent, runEventSchema } from '../model/events.js';

/** An event and the position of its line in `events.jsonl`. */
export interface Located<T> {
  event: T;
  /** Byte offset in the file. */
  start: number;
  bytes: number;
}

/**
 * Streams the events of the run in `dir`. Skips a last line that a crash left incomplete, and types of event that this
 * version does not know.
 *
 * @throws UsageError `usage.broken_events`
 */
export async function* readEvents(dir: string): AsyncGenerator<RunEvent, void, void> {
  for await (const events of locatedEvents(dir, (line) => parseEvent(line.toString())))
    for (const { event } of events) yield event;
}

/**
 * Streams summaries of the events and their positions, in batches.
 *
 * @throws UsageError `usage.broken_events`
 */
export function readEventSummaries(dir: string): AsyncGenerator<Array<Located<EventSummary>>, void, void> {
  return locatedEvents(dir, (line) => summaryOf(line) ?? parseEvent(line.toString()));
}

async function* locatedEvents<T>(
  dir: string,
  read: (line: Buffer) => T | 'unknown' | null,
): AsyncGenerator<Array<Located<T>>, void, void> {
  const file = join(dir, 'events.jsonl');
  let number = 0;
  for await (const lines of linesOf(file)) {
    const events: Array<Located<T>> = [];
    let brokenLine = 0;
    for (const { line, start, whole } of lines) {
      number += 1;
      const event = read(line);
      if (event === 'unknown') continue;
      if (event !== null) events.push({ event, start, bytes: line.length });
      else if (whole) {
        brokenLine = number;
        break;
      }
    }
    yield events;
    if (brokenLine > 0) {
      throw new UsageError(`Line ${brokenLine} of ${file} is not an event of a run.`, {
        code: 'usage.broken_events',
        fix: 'Run the check again, or give the directory of another run.',
      });
    }
  }
}

const LINE_FEED = 0x0a;
/** The store writes the type at the start of a line and the time at its end. */
const HEAD_BYTES = 24;
const TAIL_BYTES = 40;
const HEAD = /^\{"type":"(step|agent_output)",/;
const TAIL = /,"t_ms":(\d+(?:\.\d+)?)\}$/;

/** Type and time of a step or of output, from both ends of the line only; null for any other line. */
function summaryOf(line: Buffer): EventSummary | null {
  const type = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES))?.[1];
  if (type !== 'step' && type !== 'agent_output') return null;
  const time = TAIL.exec(line.toString('latin1', Math.max(0, line.length - TAIL_BYTES)))?.[1];
  return time === undefined ? null : { type, t_ms: Number(time) };
}

const KNOWN_TYPES = new Set<unknown>(
  runEventSchema.def.options.flatMap((option) => option.shape.type.def.values),
);

/** Only type and time of a step or of output, the most frequent events; all of any other event. */
export type EventSummary =
  | Exclude<RunEvent, { type: 'step' | 'agent_output' }>
  | { type: 'step' | 'agent_output'; t_ms: number };

/** Parses a line; `unknown` for a type of a later version, null for anything else. */
function parseEvent(line: string): RunEvent | 'unknown' | null {
  try {
    const json: unknown = JSON.parse(line);
    const result = runEventSchema.safeParse(json);
    if (result.success) return result.data;
    const type = typeof json === 'object' && json !== null && 'type' in json ? json.type : null;
    return typeof type === 'string' && !KNOWN_TYPES.has(type) ? 'unknown' : null;
  } catch {
    return null;
  }
}

/** An agent may print 256 MB, which take more in JSON. */
const MAX_EVENTS_BYTES = 4 * 1024 ** 3;
/** The event with the patch is the longest. */
const MAX_LINE_BYTES = 128 * 1024 * 1024;

interface Line {
  line: Buffer;
  start: number;
  /** Whether it ends with a line feed. */
  whole: boolean;
}

/**
 * The lines of a file, in batches. Not `node:readline`: it also splits at U+2028, which JSON strings may contain, and does
 * not report positions.
 */
async function* linesOf(file: string): AsyncGenerator<Line[], void, void> {
  let pieces: Buffer[] = [];
  let pending = 0;
  let start = 0;
  try {
    const handle = await openStoredFile(file, { maxBytes: MAX_EVENTS_BYTES });
    for await (const chunk of handle.createReadStream({ highWaterMark: 256 * 1024 })) {
      const buffer: Buffer = chunk;
      const lines: Line[] = [];
      let from = 0;
      for (let end = buffer.indexOf(LINE_FEED); end >= 0; end = buffer.indexOf(LINE_FEED, from)) {
        const tail = buffer.subarray(from, end);
        const line = pieces.length === 0 ? tail : Buffer.concat([...pieces, tail]);
        lines.push({ line, start, whole: true });
        pieces = [];
        pending = 0;
        start += line.length + 1;
        from = end + 1;
      }
      if (from < buffer.length) pieces.push(buffer.subarray(from));
      pending += buffer.length - from;
      if (pending > MAX_LINE_BYTES) throw new NotReadable('has a line that is too long for an event');
      yield lines;
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${file} cannot be read: ${readErrorText(cause)}.`, {
      code: 'usage.broken_events',
      fix: 'Give the directory of a run with its events.jsonl.',
      cause,
    });
  }
  const rest = Buffer.concat(pieces);
  if (rest.length > 0) yield [{ line: rest, start, whole: false }];
}
