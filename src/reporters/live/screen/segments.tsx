import { Box, Text } from 'ink';

/** Pieces of text in a row that breaks between them where the window is narrow, never within one. */
export function Segments({ items, gap }: { items: readonly string[]; gap: number }) {
  return (
    <Box flexWrap="wrap" columnGap={gap}>
      {items.map((item, place) => (
        <Text key={place} wrap="truncate-end">
          {item}
        </Text>
      ))}
    </Box>
  );
}
