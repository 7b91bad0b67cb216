import { Box, Text } from 'ink';
import type { Span } from '../../../model/record.js';
import { seconds } from '../../documents/format.js';
import type { Palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { Segments } from '../ink.js';

export interface SpanPanelProps {
  /** Null before the first span. */
  span: Span | null;
  index: number;
  /** Number of all spans. */
  count: number;
  /** Rows for the attributes. */
  rows: number;
  paint: Palette;
}

/** The current span: kind, name, duration, attributes and error. */
export function SpanPanel({ span, index, count, rows, paint }: SpanPanelProps) {
  const head = `${paint.dim('span')} ${index + 1}${paint.dim(`/${count}`)}`;
  if (!span) return <Text wrap="truncate-end">{head}</Text>;
  const error = span.error === null ? '' : `  ${paint.bad(safeLine(span.error, 200))}`;
  // Null values last, where they are cut first.
  const attrs = Object.entries(span.attrs).sort(([, a], [, b]) => Number(a === null) - Number(b === null));
  return (
    <Box flexDirection="column" paddingX={1}>
      <Text wrap="truncate-end">
        {`${head}  ${paint.accent(span.kind)} ${safeLine(span.name, 200)}  ${paint.dim(seconds(span.duration_ms))}${error}`}
      </Text>
      <Box maxHeight={rows} overflow="hidden" paddingLeft={2}>
        <Box flexShrink={0} width="100%">
          <Segments
            gap={2}
            items={attrs.map(
              ([name, value]) => `${paint.dim(safeLine(name, 40))} ${safeLine(valueText(value), 80)}`,
            )}
          />
        </Box>
      </Box>
    </Box>
  );
}

const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
