import { Box, Text } from 'ink';
import type { Palette } from '../../text/palette.js';
import { titleText } from '../title-text.js';
import type { ViewState } from '../view-state.js';

export function Title({ view, paint }: { view: ViewState; paint: Palette }) {
  const { player, task } = titleText(view, paint);
  return (
    <Box flexWrap="wrap" justifyContent="space-between" columnGap={3}>
      <Text wrap="truncate-end">{player}</Text>
      <Text wrap="truncate-end">{task}</Text>
    </Box>
  );
}
