import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { type RunEvent, runEventSchema } from '../cell/events.js';
import { UsageError } from '../errors.js';

/**
 * The events of the run kept in `dir`, in order, read as they are asked for. A last line that was torn by a crash is
 * left out, and so are kinds of event that this version does not know. Errors: UsageError `usage.broken_events`.
 */
export async function* readEvents(dir: string): AsyncGenerator<RunEvent, void, void> {
  const file = join(dir, 'events.jsonl');
  let number = 0;
  for await (const { line, whole } of linesOf(file)) {
    number += 1;
    const event = eventOf(line);
    if (event === 'unknown') continue;
    if (event !== null) yield event;
    else if (whole) {
      throw new UsageError(`Line ${number} of ${file} is no event of a run.`, {
        code: 'usage.broken_events',
        fix: 'Run the check again, or give the directory of another run.',
      });
    }
  }
}

const KNOWN = new Set<unknown>(runEventSchema.def.options.flatMap((option) => option.shape.type.def.values));

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

/** `node:readline` would also break lines at U+2028, which JSON strings may hold. */
async function* linesOf(file: string): AsyncGenerator<{ line: string; whole: boolean }, void, void> {
  let pieces: string[] = [];
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
      const [first = '', ...more] = String(chunk).split('\n');
      pieces.push(first);
      for (const next of more) {
        yield { line: pieces.join(''), whole: true };
        pieces = [next];
      }
    }
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}.`, {
      code: 'usage.broken_events',
      fix: 'Give the directory of a run whose events were kept.',
      cause,
    });
  }
  const rest = pieces.join('');
  if (rest !== '') yield { line: rest, whole: false };
}
