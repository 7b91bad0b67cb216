import { useInput, useStdin } from 'ink';

export type ScreenKey = 'interrupt' | 'details' | 'files' | 'up' | 'down' | 'leave';

const KEYS: Record<string, ScreenKey> = { d: 'details', f: 'files', k: 'up', j: 'down' };

/** Listens where keys can be read at all; `useInput` throws where they cannot. */
export function Keys({ onKey }: { onKey: (key: ScreenKey) => void }) {
  return useStdin().isRawModeSupported ? <RawKeys onKey={onKey} /> : null;
}

function RawKeys({ onKey }: { onKey: (key: ScreenKey) => void }) {
  useInput((input, key) => {
    const { ctrl, meta } = key;
    if (ctrl) {
      if (input === 'c') onKey('interrupt');
      return;
    }
    if (key.upArrow) onKey('up');
    if (key.downArrow) onKey('down');
    if (key.escape) onKey('leave');
    if (meta) return;
    // Keys that come fast come together.
    for (const character of input) {
      const key = KEYS[character];
      if (key) onKey(key);
    }
  });
  return null;
}
