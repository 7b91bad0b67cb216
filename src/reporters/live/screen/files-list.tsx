import { Box, Text } from 'ink';
import type { FileChange } from '../../../model/events.js';
import type { Palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';

const MARK = { added: 'A', modified: 'M', removed: 'D' } as const;

/** The changed files, one per line, as many as fit in `rows`. */
export function FilesList({
  files,
  beyond,
  rows,
  paint,
}: {
  files: readonly FileChange[];
  /** Number of further files that are not in `files`. */
  beyond: number;
  rows: number;
  paint: Palette;
}) {
  const ordered = unexpectedFirst(files);
  const fitting = ordered.slice(0, ordered.length + beyond <= rows ? rows : Math.max(0, rows - 1));
  const more = files.length + beyond - fitting.length;
  return (
    <Box flexDirection="column">
      {fitting.map(({ path, change, expected }) => (
        <Text key={path} wrap="truncate-middle">
          {`  ${MARK[change]} `}
          {expected ? safeLine(path) : paint.warn(`${safeLine(path)} (not expected)`)}
        </Text>
      ))}
      {more > 0 && <Text>{paint.dim(`  … ${more} more`)}</Text>}
    </Box>
  );
}

/** Puts unexpected files first, so that "more" never hides them. */
export function unexpectedFirst(files: readonly FileChange[]): FileChange[] {
  return [...files.filter(({ expected }) => !expected), ...files.filter(({ expected }) => expected)];
}
