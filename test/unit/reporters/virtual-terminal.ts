import { PassThrough, Writable } from 'node:stream';
import { Terminal } from '@xterm/headless';
import { expect, onTestFinished } from 'vitest';
import type { LiveReporter } from '../../../src/reporters/reporter.js';

/** A terminal whose content can be read as a user sees it. */
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
    // Ink uses only these properties of a terminal.
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    /** A sink that writes the card to the same terminal. */
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
    /** Lines that were wider than the window, so that the terminal itself wrapped them. */
    wrappedLines: () =>
      Array.from({ length: terminal.buffer.active.length }, (_, i) => i)
        .filter((i) => terminal.buffer.active.getLine(i)?.isWrapped)
        .map((i) => lines(i - 1, i + 1).join('')),
    /** Every byte that was written. */
    written: () => raw.join(''),
    dispose: () => terminal.dispose(),
  };
}

/**
 * Waits until `condition` holds.
 * @throws Error after ten seconds, with the text of `latest`.
 */
export async function until(condition: () => boolean, latest: () => string): Promise<void> {
  for (let i = 0; i < 1_000; i += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain; the latest text:\n${latest()}`);
}

/** The size of all snapshots, in columns and rows. */
export const SNAPSHOT_SIZE = [80, 24] as const;

/** Sizes at which every screen has the same properties. */
export const SIZES = [SNAPSHOT_SIZE, [120, 40], [40, 20]] as const;

/** Full clears flicker, and a frame that moves up by the height of the window is too tall for it. */
export function expectNoFlicker(written: string, rows: number): void {
  expect(written).not.toMatch(/\u001B\[[23]J/);
  for (const moves of written.match(/(?:\u001B\[2K|\u001B\[1A|\u001B\[G)+/g) ?? [])
    expect(moves.match(/\u001B\[1A/g)?.length ?? 0).toBeLessThan(rows);
}

/** Expects `text` to contain each fact, wherever its lines break. */
export function expectFacts(text: string, facts: ReadonlyArray<string | null>): void {
  const squeezed = (each: string) => each.replace(/\s+/g, '');
  for (const fact of facts) expect(squeezed(text)).toContain(squeezed(fact ?? ''));
}

/** Closes a reporter and its terminal when the running test is over. */
export function closeAfterTest(reporter: LiveReporter, { dispose }: { dispose(): void }): void {
  onTestFinished(async () => {
    await reporter.close();
    dispose();
  });
}
