import { Box, Text } from 'ink';
import stringWidth from 'string-width';
import type { Palette } from '../../text/palette.js';
import { Strip } from '../screen/strip.js';
import { cellRow } from './cell-row.js';
import { openCell, type SweepView } from './sweep-view.js';

export interface SweepScreenProps {
  sweep: SweepView;
  names: readonly string[];
  /** On the viewer's clock. */
  nowMs: number;
  hint: string;
  allFiles: boolean;
  paint: Palette;
  columns: number;
  rows: number;
}

/** What the strip of the open cell takes, where its pieces stand beside each other and where they do not. */
const STRIP_ROWS = { wide: 7, narrow: 12 };
const NARROW_COLUMNS = 60;
const MAX_LOG_ROWS = 10;
const MAX_NAME_COLUMNS = 44;

/** A line a cell, then the open one: its last lines and its strip. Always lower than the window. */
export function SweepScreen(props: SweepScreenProps) {
  const { sweep, names, nowMs, hint, allFiles, paint, columns, rows } = props;
  const open = openCell(sweep);
  const cell = sweep.cells[open];
  const narrow = columns < NARROW_COLUMNS;
  const stripRows = narrow ? STRIP_ROWS.narrow : STRIP_ROWS.wide;
  // One row short of the window, and a blank one above.
  const room = Math.max(0, rows - 2 - stripRows);
  const listRows = Math.min(sweep.cells.length, Math.max(1, Math.ceil(room / 2)));
  const logRows = Math.max(0, Math.min(MAX_LOG_ROWS, room - listRows - 1));
  const from = Math.min(Math.max(0, open - (listRows >> 1)), sweep.cells.length - listRows);
  // The family is what a narrow window can do without.
  const shortNames = narrow ? names.map((name) => name.replace(/^.*\//, '')) : names;
  const column = Math.min(
    MAX_NAME_COLUMNS,
    Math.max(12, columns - (narrow ? 20 : 36)),
    Math.max(...shortNames.map((name) => stringWidth(name))),
  );
  const row = (at: number) => {
    const each = sweep.cells[at];
    return each && cellRow(each, shortNames[at] ?? '', { open: at === open, column, nowMs, paint });
  };
  const shown = Array.from({ length: listRows }, (_, i) => from + i);
  const log = logRows === 0 ? [] : (cell?.lines.slice(-logRows) ?? []);
  return (
    <Box width="100%" maxHeight={rows - 1} overflow="hidden" flexDirection="column" paddingTop={1}>
      <Box flexShrink={0} flexDirection="column" paddingX={1}>
        {shown.map((at) => (
          <Text key={at} wrap="truncate-end">
            {row(at)}
          </Text>
        ))}
      </Box>
      {log.length > 0 && (
        <Box flexShrink={0} flexDirection="column" paddingTop={1}>
          {log.map((line, place) => (
            <Text key={place} wrap="truncate-end">
              {line}
            </Text>
          ))}
        </Box>
      )}
      {cell && (
        <Strip
          view={cell.view}
          nowMs={cell.beganAtMs === null ? 0 : (cell.endedAtMs ?? nowMs) - cell.beganAtMs}
          hint={hint}
          allFiles={allFiles}
          paint={paint}
          columns={columns}
          rows={Math.max(2, rows - 1 - listRows - (log.length > 0 ? log.length + 1 : 0))}
        />
      )}
    </Box>
  );
}
