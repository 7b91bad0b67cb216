import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is not JSON of any agent we know: it is dropped, so that a flood cannot fill memory. */
const MAX_LINE_CHARS = 4 * 1024 * 1024;

/** Cuts a byte stream into lines; a UTF-8 character split over two chunks is whole again. */
export function lineSplitter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let overlong = false;
  const take = (text: string) => {
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
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (pending !== '' && !overlong) onLine(pending);
    },
  };
}
