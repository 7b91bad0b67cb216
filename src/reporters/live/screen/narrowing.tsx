import { renderToString } from 'ink';
import stringWidth from 'string-width';
import type { Frame } from './frame.js';

/**
 * Cleans up when the window gets narrower: terminals break the lines of the live part anew, and Ink, which climbs by the
 * lines it once wrote, would leave their upper part behind. Returns what stops it.
 */
export function eraseWhenNarrowed(stdout: NodeJS.WriteStream, drawn: Frame): () => void {
  let { columns, rows } = stdout;
  const onResize = () => {
    if (stdout.columns < columns) {
      const frame = renderToString(drawn({ columns, rows }), { columns });
      stdout.write(eraseReflowed(frame.split('\n'), stdout.columns));
    }
    ({ columns, rows } = stdout);
  };
  // Before Ink's own listener.
  stdout.prependListener('resize', onResize);
  return () => stdout.off('resize', onResize);
}

/** From below the frame up to its first row as it now is, away with everything, and down to where Ink believes to be. */
function eraseReflowed(frame: readonly string[], columns: number): string {
  const rows = frame.map((line) => Math.max(1, Math.ceil(stringWidth(line.trimEnd()) / columns)));
  const height = rows.reduce((sum, row) => sum + row, 0);
  return `\r\u001B[${height}A\u001B[J${'\n'.repeat(frame.length)}`;
}
