import { StringDecoder } from 'node:string_decoder';

/** A longer line is dropped, so that endless output cannot fill the memory. No known agent prints such JSON. */
const MAX_LINE_CHARS = 4 * 1024 * 1024;

/** Splits a byte stream into lines. UTF-8 characters that cross chunks stay intact. */
export function lineSplitter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let overlong = false;
  const feed = (text: string) => {
    const parts = text.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      if (!overlong && pending.length + part.length <= MAX_LINE_CHARS) onLine(pending + part);
      pending = '';
      overlong = false;
    }
    if (overlong || pending.length + last.length > MAX_LINE_CHARS) {
      overlong = true;
      pending = '';
    } else {
      pending += last;
    }
  };
  return {
    push: (chunk) => feed(decoder.write(chunk)),
    end: () => {
      feed(decoder.end());
      if (pending !== '' && !overlong) onLine(pending);
    },
  };
}
