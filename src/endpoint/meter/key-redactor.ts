const REDACTED = '[key]';
/** Shorter keys are placeholders for servers that need none (`EMPTY`, `lm-studio`): a model may say such words. */
const MIN_KEY_CHARS = 16;

/** The forms that the key can have: plain, in JSON (where `/` may be escaped) and in a URL. */
function spellings(key: string): string[] {
  const inJson = JSON.stringify(key).slice(1, -1);
  return [...new Set([key, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(key)])];
}

/** The text with the key replaced by `[key]`. For errors: here placeholders are replaced too. */
export function redactKey(text: string, key: string | null): string {
  if (!key) return text;
  return spellings(key).reduce((clean, spelling) => clean.replaceAll(spelling, REDACTED), text);
}

/** Replaces the key in a stream of bytes by `[key]`. */
export interface KeyRedactor {
  push(chunk: Buffer): Buffer;
  /** Returns the bytes that were held back as a possible start of the key. */
  end(): Buffer;
}

const EMPTY = Buffer.alloc(0);

/**
 * Null when there is nothing to redact: no key, or one with fewer than `minChars` characters. Bytes are held back only
 * while they are a prefix of the key.
 */
export function keyRedactor(key: string | null, minChars = MIN_KEY_CHARS): KeyRedactor | null {
  if (key === null || key.length < minChars) return null;
  const redactors = spellings(key).map(spellingRedactor);
  return {
    push: (chunk) => redactors.reduce((bytes, redactor) => redactor.push(bytes), chunk),
    // The bytes that one redactor releases at the end go through the next one too.
    end: () =>
      redactors.reduce((bytes, redactor) => Buffer.concat([redactor.push(bytes), redactor.end()]), EMPTY),
  };
}

function spellingRedactor(spelling: string): KeyRedactor {
  const needle = Buffer.from(spelling);
  const replacement = Buffer.from(REDACTED);
  /** For a quick check: most chunks end with a line break, which no key contains. */
  const isInKey = new Uint8Array(256);
  for (const byte of needle) isInKey[byte] = 1;
  let held = EMPTY;

  /** Length of the longest suffix of `data` that is a prefix of the key. */
  function partialLength(data: Buffer): number {
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
      const keep = partialLength(rest);
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
