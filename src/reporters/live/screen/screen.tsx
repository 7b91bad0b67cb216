import { Static, Text, useWindowSize } from 'ink';
import type { Frame } from './frame.js';
import { Keys, type ScreenKey } from './keys.js';

export interface ScreenProps {
  /** Everything that ever scrolled up, a line each. */
  scrollback: string[];
  /** Null when it is over: then only the scrollback remains. */
  frame: Frame | null;
  onKey: (key: ScreenKey) => void;
}

/** The whole terminal as a function of the run: what is finished goes up into the scrollback, the live part below stays. */
export function Screen({ scrollback, frame, onKey }: ScreenProps) {
  const { columns, rows } = useWindowSize();
  return (
    <>
      <Static items={scrollback} style={{ width: columns - 1 }}>
        {(line, place) => (
          <Text key={place} wrap="truncate-end">
            {line}
          </Text>
        )}
      </Static>
      {frame?.({ columns, rows })}
      <Keys onKey={onKey} />
    </>
  );
}
