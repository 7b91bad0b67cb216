import { Box, type RenderOptions, Text } from 'ink';

/**
 * Ink's options for every interactive reporter. The caller has already decided that the stream is a terminal, so
 * `interactive` is set: Ink would check `CI` again and draw nothing.
 */
export function inkOptions(stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): RenderOptions {
  return {
    stdout,
    stdin,
    stderr: stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  };
}

/** Texts in a row, which wraps between them but never inside one. */
export function Segments({ items, gap }: { items: readonly string[]; gap: number }) {
  return (
    <Box flexWrap="wrap" columnGap={gap}>
      {items.map((item, index) => (
        <Text key={index} wrap="truncate-end">
          {item}
        </Text>
      ))}
    </Box>
  );
}
