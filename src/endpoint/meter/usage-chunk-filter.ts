import { asArray, asObject, parseJson } from '../json.js';

const LF = 10;
const CR = 13;
/** A usage chunk has a few hundred bytes. A larger event is something else and passes. */
const MAX_HELD_BYTES = 65_536;
/** An empty list of choices; it may continue in the next `data:` line of the event. */
const NO_CHOICES = /"choices"(?:\s|data:)*:(?:\s|data:)*\[(?:\s|data:)*\]/;

/** Removes the event that a server sends only because the meter asked for usage. All other bytes pass unchanged. */
export interface UsageChunkFilter {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

/** A filter for one stream. It passes whole events only: it cannot take back a part of one. */
export function usageChunkFilter(): UsageChunkFilter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let lineBytes = 0;
  let isPassing = false;

  return {
    push(chunk) {
      const betweenEvents = heldBytes === 0 && lineBytes === 0 && !isPassing;
      if (betweenEvents && endsEvent(chunk) && !mayHoldUsageOnly(chunk)) return chunk;
      const out: Buffer[] = [];
      let start = 0;
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at];
        if (byte === CR) continue;
        if (byte !== LF) {
          lineBytes++;
          continue;
        }
        const eventEnds = lineBytes === 0;
        lineBytes = 0;
        if (!eventEnds) continue;
        const tail = chunk.subarray(start, at + 1);
        start = at + 1;
        if (isPassing) out.push(tail);
        else {
          const event = held.length > 0 ? Buffer.concat([...held, tail]) : tail;
          if (!isUsageOnly(event)) out.push(event);
        }
        held = [];
        heldBytes = 0;
        isPassing = false;
      }
      const rest = chunk.subarray(start);
      if (isPassing) out.push(rest);
      else if (rest.length > 0) {
        held.push(rest);
        heldBytes += rest.length;
        if (heldBytes > MAX_HELD_BYTES) {
          out.push(...held);
          held = [];
          isPassing = true;
        }
      }
      return out.length === 1 && out[0] !== undefined ? out[0] : Buffer.concat(out);
    },
    end() {
      const rest = Buffer.concat(held);
      held = [];
      return isUsageOnly(rest) ? Buffer.alloc(0) : rest;
    },
  };
}

function endsEvent(chunk: Buffer): boolean {
  const { length } = chunk;
  if (chunk[length - 1] !== LF) return false;
  return chunk[length - 2] === LF || (chunk[length - 2] === CR && chunk[length - 3] === LF);
}

function mayHoldUsageOnly(bytes: Buffer): boolean {
  // Without the opening quote the search is ten times faster, since JSON is full of quotes.
  return bytes.includes('usage"') && NO_CHOICES.test(bytes.toString('latin1'));
}

function isUsageOnly(event: Buffer): boolean {
  if (!mayHoldUsageOnly(event)) return false;
  const data = event
    .toString()
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith('data:') ? line.slice('data:'.length).replace(/^ /, '') : []));
  const chunk = asObject(parseJson(data.join('\n')));
  return (
    Array.isArray(chunk?.choices) && asArray(chunk.choices).length === 0 && asObject(chunk.usage) !== null
  );
}
