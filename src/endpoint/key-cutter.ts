const CUT = '[key]';
/** Shorter keys are placeholders for servers that want none (`EMPTY`, `lm-studio`): words a model may well say. */
const SECRET_CHARS = 16;

/** The text without the key. For errors: even a placeholder is cut there. */
export function cutKey(text: string, key: string | null): string {
  if (!key) return text;
  const escaped = JSON.stringify(key).slice(1, -1);
  return text.replaceAll(key, CUT).replaceAll(escaped, CUT).replaceAll(encodeURIComponent(key), CUT);
}

/** Cuts the key out of bytes that pass by. */
export interface KeyCutter {
  push(chunk: Buffer): Buffer;
  /** What was held back because a key might have begun there. */
  end(): Buffer;
}

const EMPTY = Buffer.alloc(0);

/** Null when there is no secret to cut. Bytes are held back only while they are the beginning of the key. */
export function keyCutter(key: string | null): KeyCutter | null {
  if (key === null || key.length < SECRET_CHARS) return null;
  const needle = Buffer.from(key);
  const replacement = Buffer.from(CUT);
  let held = EMPTY;

  /** Length of the longest end of `data` that begins the key. */
  function openEnd(data: Buffer): number {
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
