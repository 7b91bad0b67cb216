const CUT = '[key]';
/** Shorter keys are placeholders for servers that want none (`EMPTY`, `lm-studio`): words a model may well say. */
const SECRET_CHARS = 16;

/** The key as it may be written: as it is, in JSON (where `/` may be escaped or not) and in a URL. */
function spellings(key: string): string[] {
  const inJson = JSON.stringify(key).slice(1, -1);
  return [...new Set([key, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(key)])];
}

/** The text without the key. For errors: even a placeholder is cut there. */
export function redactKey(text: string, key: string | null): string {
  if (!key) return text;
  return spellings(key).reduce((clean, spelling) => clean.replaceAll(spelling, CUT), text);
}

/** Cuts the key out of bytes that pass by. */
export interface KeyRedactor {
  push(chunk: Buffer): Buffer;
  /** What was held back because a key might have begun there. */
  end(): Buffer;
}

const EMPTY = Buffer.alloc(0);

/**
 * Null when there is no secret to cut: no key, or one of fewer than `secretChars` characters. Bytes are held back only
 * while they are the beginning of the key.
 */
export function keyRedactor(key: string | null, secretChars = SECRET_CHARS): KeyRedactor | null {
  if (key === null || key.length < secretChars) return null;
  const cutters = spellings(key).map(spellingRedactor);
  return {
    push: (chunk) => cutters.reduce((bytes, cutter) => cutter.push(bytes), chunk),
    // What one lets go at the end, the next has still to see.
    end: () => cutters.reduce((bytes, cutter) => Buffer.concat([cutter.push(bytes), cutter.end()]), EMPTY),
  };
}

function spellingRedactor(spelling: string): KeyRedactor {
  const needle = Buffer.from(spelling);
  const replacement = Buffer.from(CUT);
  /** Most chunks end in a byte that no key holds: a line's end. */
  const isInKey = new Uint8Array(256);
  for (const byte of needle) isInKey[byte] = 1;
  let held = EMPTY;

  /** Length of the longest end of `data` that begins the key. */
  function openEnd(data: Buffer): number {
    if (isInKey[data[data.length - 1] ?? 0] === 0) return 0;
    for (let from = Math.max(0, data.length - needle.length + 1); from < data.length; from++) {
      if (data[from] !== needle[0]) continue;
      const length = data.length - from;
      if (data.compare(needle, 0, length, from) === 0) return length;
    }
    return 0;
  }

  return {
    push(chunk) {
      let rest = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      const parts: Buffer[] = [];
      for (let at = rest.indexOf(needle); at !== -1; at = rest.indexOf(needle)) {
        parts.push(rest.subarray(0, at), replacement);
        rest = rest.subarray(at + needle.length);
      }
      const keep = openEnd(rest);
      held = keep > 0 ? Buffer.from(rest.subarray(rest.length - keep)) : EMPTY;
      const open = keep > 0 ? rest.subarray(0, rest.length - keep) : rest;
      return parts.length > 0 ? Buffer.concat([...parts, open]) : open;
    },
    end() {
      const rest = held;
      held = EMPTY;
      return rest;
    },
  };
}
