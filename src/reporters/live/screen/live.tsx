import { render } from 'ink';
import { onTerminal } from '../on-terminal.js';
import type { Frame } from './frame.js';
import type { ScreenKey } from './keys.js';
import { eraseWhenNarrowed } from './narrowing.js';
import { Screen } from './screen.js';

export interface LiveOptions {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  /** What is to be seen now. */
  frame: () => Frame;
  onKey: (key: ScreenKey) => void;
}

/** A terminal on which something moves while it goes on. */
export interface Live {
  /** Adds lines to the scrollback, with the next drawing. */
  say(lines: readonly string[]): void;
  draw(): void;
  /** Draws within a moment: events that come thick are drawn together, since React is what costs, not the terminal. */
  drawSoon(): void;
  /** Takes the live part away and lets go of the terminal. */
  close(): Promise<void>;
}

/** Elapsed times move at this pace. */
const TICK_MS = 250;
const GATHER_MS = 100;

export function openLive({ stdout, stdin, frame, onKey }: LiveOptions): Live {
  let scrollback: string[] = [];
  let arrived: string[] = [];
  let gathering: NodeJS.Timeout | undefined;
  let drawn = frame();

  const screen = (shown: Frame | null) => <Screen scrollback={scrollback} frame={shown} onKey={onKey} />;
  const stopErasing = eraseWhenNarrowed(stdout, (size) => drawn(size));
  const ink = render(screen(drawn), {
    ...onTerminal(stdout, stdin),
    maxFps: 10,
    incrementalRendering: true,
  });

  function show(shown: Frame | null) {
    clearTimeout(gathering);
    gathering = undefined;
    // Static sees new lines only in a new array.
    if (arrived.length > 0) scrollback = scrollback.concat(arrived);
    arrived = [];
    ink.rerender(screen(shown));
  }
  function draw() {
    drawn = frame();
    show(drawn);
  }
  const ticking = setInterval(draw, TICK_MS);

  return {
    say: (lines) => void arrived.push(...lines),
    draw,
    drawSoon() {
      gathering ??= setTimeout(draw, GATHER_MS);
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
