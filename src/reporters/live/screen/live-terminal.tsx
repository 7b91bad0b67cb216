import { render, renderToString } from 'ink';
import stringWidth from 'string-width';
import type { Palette } from '../../text/palette.js';
import { inkOptions } from '../ink.js';
import { type Frame, Screen, type ScreenKey } from './screen.js';

export interface LiveTerminalOptions {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  /** Returns the current live part. */
  frame: () => Frame;
  onKey: (key: ScreenKey) => void;
}

/** A terminal with a live part that is redrawn below the scrollback. */
export interface LiveTerminal {
  /** Adds lines to the scrollback; they appear with the next drawing. */
  addLines(lines: readonly string[]): void;
  draw(): void;
  /** Draws after a short delay, so that events in quick succession are drawn together: React is the expensive part. */
  drawSoon(): void;
  /** Removes the live part and releases the terminal. */
  close(): Promise<void>;
}

/** Redraw interval for the elapsed times. */
const TICK_MS = 250;
const DRAW_DELAY_MS = 100;

export function openLiveTerminal({ stdout, stdin, frame, onKey }: LiveTerminalOptions): LiveTerminal {
  let scrollback: string[] = [];
  let newLines: string[] = [];
  let delayed: NodeJS.Timeout | undefined;
  let drawn = frame();

  const screen = (shown: Frame | null) => <Screen scrollback={scrollback} frame={shown} onKey={onKey} />;
  const stopErasing = eraseWhenNarrowed(stdout, (size) => drawn(size));
  const ink = render(screen(drawn), {
    ...inkOptions(stdout, stdin),
    maxFps: 10,
    incrementalRendering: true,
  });

  function show(shown: Frame | null) {
    clearTimeout(delayed);
    delayed = undefined;
    // Static notices new lines only in a new array.
    if (newLines.length > 0) scrollback = scrollback.concat(newLines);
    newLines = [];
    ink.rerender(screen(shown));
  }
  function draw() {
    drawn = frame();
    show(drawn);
  }
  const ticking = setInterval(draw, TICK_MS);

  return {
    addLines: (lines) => void newLines.push(...lines),
    draw,
    drawSoon() {
      delayed ??= setTimeout(draw, DRAW_DELAY_MS);
    },
    async close() {
      clearInterval(ticking);
      stopErasing();
      show(null);
      await ink.waitUntilRenderFlush();
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}

/**
 * Erases the live part when the window gets narrower. The terminal then rewraps its lines to more rows than Ink moves up,
 * so that the upper rows would stay behind. Returns a function that stops it.
 */
function eraseWhenNarrowed(stdout: NodeJS.WriteStream, drawn: Frame): () => void {
  let { columns, rows } = stdout;
  const onResize = () => {
    if (stdout.columns < columns) {
      const frame = renderToString(drawn({ columns, rows }), { columns });
      stdout.write(eraseRewrapped(frame.split('\n'), stdout.columns));
    }
    ({ columns, rows } = stdout);
  };
  // Must run before Ink's own listener.
  stdout.prependListener('resize', onResize);
  return () => stdout.off('resize', onResize);
}

/** Moves up to the first row of the rewrapped frame, erases everything below, and moves down to where Ink expects the cursor. */
function eraseRewrapped(frame: readonly string[], columns: number): string {
  const rows = frame.map((line) => Math.max(1, Math.ceil(stringWidth(line.trimEnd()) / columns)));
  const height = rows.reduce((sum, row) => sum + row, 0);
  return `\r\u001B[${height}A\u001B[J${'\n'.repeat(frame.length)}`;
}

/** How often the user asked to stop. */
export type StopRequest = 'none' | 'once' | 'again';

/** The reply to a stop request; null without one. */
export function stopHint(stop: StopRequest, paint: Palette): string | null {
  if (stop === 'none') return null;
  if (stop === 'again') return paint.warn('quitting …');
  return `${paint.warn('stopping …')} ${paint.dim('ctrl-c again quits')}`;
}
