import { Box, Text } from 'ink';
import stringWidth from 'string-width';
import type { Palette } from '../../text/palette.js';
import { Strip } from '../screen/strip.js';
import { cellRow } from './cell-row.js';
import { focusedCell, type SweepView } from './sweep-view.js';

export interface SweepScreenProps {
  sweep: SweepView;
  names: readonly string[];
  /** On the reporter's clock. */
  nowMs: number;
  hint: string;
  allFiles: boolean;
  paint: Palette;
  columns: number;
  rows: number;
}

/** Rows of the strip, in a window where its items fit side by side, and where they wrap. */
const STRIP_ROWS = { wide: 7, narrow: 12 };
const NARROW_COLUMNS = 60;
const MAX_LOG_ROWS = 10;
const MAX_NAME_COLUMNS = 44;

/** A line per cell, then the last lines and the strip of the focused cell. Always lower than the window. */
export function SweepScreen(props: SweepScreenProps) {
  const { sweep, names, nowMs, hint, allFiles, paint, columns, rows } = props;
  const focus = focusedCell(sweep);
  const cell = sweep.cells[focus];
  const narrow = columns < NARROW_COLUMNS;
  const stripRows = narrow ? STRIP_ROWS.narrow : STRIP_ROWS.wide;
  // One row less than the window, and a blank row at the top.
  const room = Math.max(0, rows - 2 - stripRows);
  const listRows = Math.min(sweep.cells.length, Math.max(1, Math.ceil(room / 2)));
  const logRows = Math.max(0, Math.min(MAX_LOG_ROWS, room - listRows - 1));
  const from = Math.min(Math.max(0, focus - (listRows >> 1)), sweep.cells.length - listRows);
  // A narrow window shows names without the family.
  const shortNames = narrow ? names.map((name) => name.replace(/^.*\//, '')) : names;
  const nameColumns = Math.min(
    MAX_NAME_COLUMNS,
    Math.max(12, columns - (narrow ? 20 : 36)),
    Math.max(...shortNames.map((name) => stringWidth(name))),
  );
  const row = (index: number) => {
    const each = sweep.cells[index];
    const style = { focused: index === focus, nameColumns, nowMs, paint };
    return each && cellRow(each, shortNames[index] ?? '', style);
  };
  const shown = Array.from({ length: listRows }, (_, i) => from + i);
  const log = logRows === 0 ? [] : (cell?.lines.slice(-logRows) ?? []);
  return (
    <Box width="100%" maxHeight={rows - 1} overflow="hidden" flexDirection="column" paddingTop={1}>
      <Box flexShrink={0} flexDirection="column" paddingX={1}>
        {shown.map((index) => (
          <Text key={index} wrap="truncate-end">
            {row(index)}
          </Text>
        ))}
      </Box>
      {log.length > 0 && (
        <Box flexShrink={0} flexDirection="column" paddingTop={1}>
          {log.map((line, index) => (
            <Text key={index} wrap="truncate-end">
              {line}
            </Text>
          ))}
        </Box>
      )}
      {cell && (
        <Strip
          view={cell.view}
          nowMs={cell.startedAtMs === null ? 0 : (cell.endedAtMs ?? nowMs) - cell.startedAtMs}
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
