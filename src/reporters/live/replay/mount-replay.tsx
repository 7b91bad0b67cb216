import { type Key, render, useInput, useWindowSize } from 'ink';
import { palette } from '../../text/palette.js';
import { inkOptions } from '../ink.js';
import { advance, type PlaybackKey, type PlayedRun, press, startPlayback } from './playback.js';
import { ReplayScreen, type ReplayScreenProps } from './replay-screen.js';

export interface ReplayOptions extends Pick<ReplayScreenProps, 'eventIndex' | 'result' | 'colour'> {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  speed: number;
  /** A monotonic clock in milliseconds. */
  now: () => number;
}

const TICK_MS = 100;

const CHARACTERS: Record<string, PlaybackKey | 'quit'> = {
  q: 'quit',
  ' ': 'play',
  ',': 'back',
  '.': 'forward',
  '+': 'faster',
  '=': 'faster',
  '-': 'slower',
  g: 'start',
  G: 'end',
  k: 'up',
  j: 'down',
  o: 'output',
  c: 'card',
  '?': 'explain',
};

type Pressed = PlaybackKey | 'quit';

function keysOf(input: string, key: Key): Pressed[] {
  if (key.rightArrow) return ['next'];
  if (key.leftArrow) return ['previous'];
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.home) return ['start'];
  if (key.end) return ['end'];
  if (key.escape || (key.ctrl && input === 'c')) return ['quit'];
  if (key.ctrl || key.meta) return [];
  // Keys typed quickly arrive as one input.
  return [...input].flatMap((character) => CHARACTERS[character] ?? []);
}

/** Plays a saved run on the alternate screen, until the user quits. */
export async function mountReplay(options: ReplayOptions): Promise<void> {
  const { stdout, stdin, eventIndex, result, colour, now } = options;
  const paint = palette(colour);
  const run: PlayedRun = { endMs: eventIndex.endMs, spans: eventIndex.spans, scored: result !== null };
  let playback = startPlayback(options.speed);
  let lastMs = now();

  const quit = () => {
    clearInterval(ticking);
    ink.unmount();
  };
  const onKey = (input: string, key: Key) => {
    for (const pressed of keysOf(input, key)) {
      if (pressed === 'quit') {
        quit();
        return;
      }
      playback = press(playback, pressed, run);
    }
    show();
  };
  const ui = () => <Window onKey={onKey} {...{ eventIndex, result, playback, colour, paint }} />;
  const ink = render(ui(), {
    ...inkOptions(stdout, stdin),
    alternateScreen: true,
    incrementalRendering: true,
  });
  const show = () => ink.rerender(ui());
  const ticking = setInterval(() => {
    const nowMs = now();
    const moved = advance(playback, nowMs - lastMs, run);
    lastMs = nowMs;
    if (moved === playback) return;
    playback = moved;
    show();
  }, TICK_MS);
  await ink.waitUntilExit();
  clearInterval(ticking);
}

type WindowProps = Omit<ReplayScreenProps, 'columns' | 'rows'> & { onKey: (input: string, key: Key) => void };

function Window({ onKey, ...screen }: WindowProps) {
  const { columns, rows } = useWindowSize();
  useInput(onKey);
  return <ReplayScreen {...screen} columns={columns} rows={rows} />;
}
