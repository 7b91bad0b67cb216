import { useInput, useStdin } from 'ink';

export type ScreenKey = 'interrupt' | 'details' | 'files';

const KEYS: Record<string, ScreenKey> = { d: 'details', f: 'files' };

/** Listens where keys can be read at all; `useInput` throws where they cannot. */
export function Keys({ onKey }: { onKey: (key: ScreenKey) => void }) {
  return useStdin().isRawModeSupported ? <RawKeys onKey={onKey} /> : null;
}

function RawKeys({ onKey }: { onKey: (key: ScreenKey) => void }) {
  useInput((input, { ctrl, meta }) => {
    if (ctrl) {
      if (input === 'c') onKey('interrupt');
      return;
    }
    if (meta) return;
    // Keys that come fast come together.
    for (const character of input) {
      const key = KEYS[character];
      if (key) onKey(key);
    }
  });
  return null;
}
