import { Static, Text, useInput, useStdin, useWindowSize } from 'ink';
import type { ReactElement } from 'react';

/** The live part below the scrollback, for a window of that size. */
export type Frame = (size: { columns: number; rows: number }) => ReactElement;

export interface ScreenProps {
  /** All lines that were ever added to the scrollback. */
  scrollback: string[];
  /** Null at the end: then only the scrollback remains. */
  frame: Frame | null;
  onKey: (key: ScreenKey) => void;
}

/** The terminal of a run: finished lines go up into the scrollback, the live part stays below them. */
export function Screen({ scrollback, frame, onKey }: ScreenProps) {
  const { columns, rows } = useWindowSize();
  return (
    <>
      <Static items={scrollback} style={{ width: columns - 1 }}>
        {(line, index) => (
          <Text key={index} wrap="truncate-end">
            {line}
          </Text>
        )}
      </Static>
      {frame?.({ columns, rows })}
      <Keys onKey={onKey} />
    </>
  );
}

export type ScreenKey = 'interrupt' | 'details' | 'files' | 'up' | 'down' | 'leave';

const KEYS: Record<string, ScreenKey> = { d: 'details', f: 'files', k: 'up', j: 'down' };

/** Reads keys where the terminal allows it; `useInput` throws where it does not. */
function Keys({ onKey }: { onKey: (key: ScreenKey) => void }) {
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
    // Keys typed quickly arrive as one input.
    for (const character of input) {
      const key = KEYS[character];
      if (key) onKey(key);
    }
  });
  return null;
}
