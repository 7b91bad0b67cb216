import { render } from 'ink';
import type { StepRecord } from '../../cell/record.js';
import type { Face, ResultSink } from '../face.js';
import { onTerminal } from '../on-terminal.js';
import { palette } from '../palette.js';
import { resultCard } from '../score-card.js';
import { scrollbackLines } from '../scrollback.js';
import { isFolded, type StepLayout, stepLines } from '../step-lines.js';
import { initialView, reduceView } from '../view-state.js';
import { hintText, type StopRequest } from './key-hint.js';
import type { ScreenKey } from './keys.js';
import { eraseWhenNarrowed } from './narrowing.js';
import { Screen } from './screen.js';
import type { StripProps } from './strip.js';

export interface ScreenOptions extends ResultSink {
  /** The terminal to draw on. */
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  colour: boolean;
  /** Every ctrl-c typed; a signal comes to the caller, who tells `interrupted`. */
  onInterrupt: () => void;
  /** Any monotonic clock, milliseconds; it is set by the run's first event. */
  now: () => number;
}

/** Elapsed times move at this pace. */
const TICK_MS = 250;
/** Events that come thick are drawn together: React is what costs, not the terminal. */
const GATHER_MS = 100;

/** Draws a run on a terminal. Only what happened for good reaches the scrollback; the score card follows it there. */
export function mountScreen({ stdout, stdin, colour, onInterrupt, now, ...result }: ScreenOptions): Face {
  const paint = palette(colour);
  let view = initialView;
  let runBeganMs = now();
  let stop: StopRequest = 'none';
  let scrollback: string[] = [];
  let arrived: string[] = [];
  let gathering: NodeJS.Timeout | undefined;
  let open = { details: false, allFiles: false };
  let lastStep: StepRecord | null = null;

  const layout = (): StepLayout => ({ width: stdout.columns - 1, fit: true, unfolded: open.details });
  const current = (): StripProps => ({
    view,
    nowMs: now() - runBeganMs,
    hint: hintText(view, stop, open, paint),
    allFiles: open.allFiles,
    paint,
  });
  let drawn = current();

  const interrupted = () => {
    stop = stop === 'none' ? 'once' : 'again';
    draw();
  };
  const toggleDetails = () => {
    open = { ...open, details: !open.details };
    // What has scrolled up stays as it is: the last step is told again, whole.
    if (open.details && lastStep !== null && isFolded(lastStep, layout()))
      arrived.push(...stepLines(lastStep, paint, layout()));
    draw();
  };
  const pressed: Record<ScreenKey, () => void> = {
    interrupt() {
      interrupted();
      onInterrupt();
    },
    details: toggleDetails,
    files() {
      open = { ...open, allFiles: !open.allFiles };
      draw();
    },
  };
  const screen = (strip: StripProps | null) => (
    <Screen scrollback={scrollback} strip={strip} onKey={(key) => pressed[key]()} />
  );
  const stopErasing = eraseWhenNarrowed(stdout, () => drawn);
  const ink = render(screen(drawn), {
    ...onTerminal(stdout, stdin),
    maxFps: 10,
    incrementalRendering: true,
  });

  function show(strip: StripProps | null) {
    clearTimeout(gathering);
    gathering = undefined;
    // Static sees new lines only in a new array.
    if (arrived.length > 0) scrollback = scrollback.concat(arrived);
    arrived = [];
    ink.rerender(screen(strip));
  }
  function draw() {
    drawn = current();
    show(drawn);
  }
  const ticking = setInterval(draw, TICK_MS);

  async function close() {
    clearInterval(ticking);
    stopErasing();
    show(null);
    await ink.waitUntilRenderFlush();
    ink.unmount();
    await ink.waitUntilExit();
  }

  return {
    send(event) {
      if (event.type === 'run_started') runBeganMs = now() - event.t_ms;
      view = reduceView(view, event);
      if (event.type === 'step') lastStep = event.step;
      arrived.push(...scrollbackLines(event, paint, layout()));
      gathering ??= setTimeout(draw, GATHER_MS);
    },
    interrupted,
    close,
    async finish(record, kept) {
      await close();
      // Ink leaves one blank line where the strip was: the card need not bring its own.
      const card = resultCard(record, kept, result).slice(1);
      result.writeResult(`${card.join('\n')}\n`);
    },
  };
}
