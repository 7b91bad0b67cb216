import { PassThrough, Writable } from 'node:stream';
import { Terminal } from '@xterm/headless';

/** A terminal that can be read back: what a user would see, not what was written. */
export function virtualTerminal(columns: number, rows: number) {
  const terminal = new Terminal({
    cols: columns,
    rows,
    scrollback: 50_000,
    convertEol: true,
    allowProposedApi: true,
  });
  const raw: string[] = [];
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, _encoding, done) {
        raw.push(chunk.toString());
        terminal.write(chunk, () => done());
      },
    }),
    { columns, rows, isTTY: true },
  );
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) =>
      (terminal.buffer.active.getLine(from + i)?.translateToString(true) ?? '').trimEnd(),
    );
  return {
    // Ink asks of a terminal only what these have.
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    /** The card goes where the screen is. */
    result: (colour: boolean) => ({
      writeResult: (text: string) => void stdout.write(text),
      resultWidth: columns,
      resultColour: colour,
    }),
    /** Keys as typed. */
    type: (keys: string) => stdin.write(keys),
    resize(toColumns: number, toRows: number) {
      terminal.resize(toColumns, toRows);
      Object.assign(stdout, { columns: toColumns, rows: toRows });
      stdout.emit('resize');
    },
    /** The visible window. */
    screen: () =>
      lines(terminal.buffer.active.baseY, terminal.buffer.active.baseY + terminal.rows)
        .join('\n')
        .trimEnd(),
    /** Scrollback and window. */
    everything: () => lines(0, terminal.buffer.active.length).join('\n').trimEnd(),
    /** Every byte that was written. */
    written: () => raw.join(''),
    dispose: () => terminal.dispose(),
  };
}

/** Waits until `condition` holds; gives up after ten seconds with what it last saw. */
export async function until(condition: () => boolean, seen: () => string): Promise<void> {
  for (let i = 0; i < 1_000; i += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain; last seen:\n${seen()}`);
}

/** Columns and rows that every screen has to get along with. */
export const SIZES = [
  [80, 24],
  [120, 40],
  [40, 20],
] as const;
