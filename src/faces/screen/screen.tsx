import { Static, Text, useWindowSize } from 'ink';
import { Keys, type ScreenKey } from './keys.js';
import { Strip, type StripProps } from './strip.js';

export interface ScreenProps {
  /** Everything that ever scrolled up, a line each. */
  scrollback: string[];
  /** Null when the run is over: then only the scrollback remains. */
  strip: StripProps | null;
  onKey: (key: ScreenKey) => void;
}

/** The whole terminal as a function of the run: what is finished goes up into the scrollback, the strip below stays. */
export function Screen({ scrollback, strip, onKey }: ScreenProps) {
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
      {strip && <Strip {...strip} columns={columns} rows={rows} />}
      <Keys onKey={onKey} />
    </>
  );
}
