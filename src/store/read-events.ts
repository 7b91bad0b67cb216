import { join } from 'node:path';
import { NotReadable, openStoredFile, readErrorText } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';
import { type RunEvent, runEventSchema } from '../model/events.js';

/** An event and where its line stands in `events.jsonl`. */
export interface Placed<T> {
  event: T;
  /** Byte of the file. */
  start: number;
  bytes: number;
}

/**
 * The events of the run kept in `dir`, in order, read as they are asked for. A last line that was torn by a crash is
 * left out, and so are kinds of event that this version does not know. Errors: UsageError `usage.broken_events`.
 */
export async function* readEvents(dir: string): AsyncGenerator<RunEvent, void, void> {
  for await (const events of placedEvents(dir, (line) => eventOf(line.toString())))
    for (const { event } of events) yield event;
}

/** As `readEvents`, each with its place, some at once, and of the most common kinds no more than a glimpse. */
export function glimpseEvents(dir: string): AsyncGenerator<Array<Placed<Glimpse>>, void, void> {
  return placedEvents(dir, (line) => glimpseOf(line) ?? eventOf(line.toString()));
}

async function* placedEvents<T>(
  dir: string,
  read: (line: Buffer) => T | 'unknown' | null,
): AsyncGenerator<Array<Placed<T>>, void, void> {
  const file = join(dir, 'events.jsonl');
  let number = 0;
  for await (const lines of linesOf(file)) {
    const events: Array<Placed<T>> = [];
    let broken = 0;
    for (const { line, start, whole } of lines) {
      number += 1;
      const event = read(line);
      if (event === 'unknown') continue;
      if (event !== null) events.push({ event, start, bytes: line.length });
      else if (whole) {
        broken = number;
        break;
      }
    }
    yield events;
    if (broken > 0) {
      throw new UsageError(`Line ${broken} of ${file} is no event of a run.`, {
        code: 'usage.broken_events',
        fix: 'Run the check again, or give the directory of another run.',
      });
    }
  }
}

const LINE_FEED = 0x0a;
/** The two ends of a line as the store writes it. */
const HEAD_BYTES = 24;
const TAIL_BYTES = 40;
const HEAD = /^\{"type":"(step|agent_output)",/;
const TAIL = /,"t_ms":(\d+(?:\.\d+)?)\}$/;

/** Kind and time of a step or of output, from the ends of its line alone; null for any other line. */
function glimpseOf(line: Buffer): Glimpse | null {
  const type = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES))?.[1];
  if (type !== 'step' && type !== 'agent_output') return null;
  const time = TAIL.exec(line.toString('latin1', Math.max(0, line.length - TAIL_BYTES)))?.[1];
  return time === undefined ? null : { type, t_ms: Number(time) };
}

const KNOWN = new Set<unknown>(runEventSchema.def.options.flatMap((option) => option.shape.type.def.values));

/** A step or some output as a list of thousands needs it, and any other event whole. */
export type Glimpse =
  | Exclude<RunEvent, { type: 'step' | 'agent_output' }>
  | { type: 'step' | 'agent_output'; t_ms: number };

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

/** An agent may print 256 MB, which are more in JSON. */
const MAX_EVENTS_BYTES = 4 * 1024 ** 3;
/** The longest is that of a patch. */
const MAX_LINE_BYTES = 128 * 1024 * 1024;

interface Line {
  line: Buffer;
  start: number;
  whole: boolean;
}

/** The lines of a file, those of one block at once. `node:readline` would also break lines at U+2028, which JSON strings may hold, and tells no places. */
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
      if (pending > MAX_LINE_BYTES) throw new NotReadable('has a line that is no event');
      yield lines;
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${file} cannot be read: ${readErrorText(cause)}.`, {
      code: 'usage.broken_events',
      fix: 'Give the directory of a run whose events were kept.',
      cause,
    });
  }
  const rest = Buffer.concat(pieces);
  if (rest.length > 0) yield [{ line: rest, start, whole: false }];
}
