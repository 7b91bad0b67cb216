import type { LiveReporter } from '../../reporter.js';
import { type Palette, palette } from '../../text/palette.js';
import type { StopRequest } from '../screen/key-hint.js';
import type { ScreenKey } from '../screen/keys.js';
import { openLive } from '../screen/live.js';
import { scrollbackLines } from '../scrollback.js';
import { namesOf, type SweepReporterOptions } from './cell-name.js';
import { sweepSummary } from './summary.js';
import { SweepScreen } from './sweep-screen.js';
import { afterEnd, afterEvent, initialSweep, step } from './sweep-view.js';

export interface SweepScreenOptions extends SweepReporterOptions {
  /** The terminal to draw on. */
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  /** Every ctrl-c typed; a signal comes to the caller, who tells `interrupted`. */
  onInterrupt: () => void;
  /** Any monotonic clock, milliseconds. */
  now: () => number;
}

/** Draws several cells on a terminal: what they came to is all that reaches the scrollback. */
export function mountSweep({
  stdout,
  stdin,
  cells,
  colour,
  onInterrupt,
  now,
  ...result
}: SweepScreenOptions): LiveReporter {
  const paint = palette(colour);
  const names = namesOf(cells);
  let sweep = initialSweep(cells.length);
  let stop: StopRequest = 'none';
  let allFiles = false;

  const interrupted = () => {
    stop = stop === 'none' ? 'once' : 'again';
    live.draw();
  };
  const pressed: Partial<Record<ScreenKey, () => void>> = {
    interrupt() {
      interrupted();
      onInterrupt();
    },
    up() {
      sweep = step(sweep, -1);
    },
    down() {
      sweep = step(sweep, 1);
    },
    leave() {
      sweep = { ...sweep, chosen: null };
    },
    files() {
      allFiles = !allFiles;
    },
  };
  const live = openLive({
    stdout,
    stdin,
    onKey: (key) => {
      pressed[key]?.();
      live.draw();
    },
    frame: () => {
      const { chosen } = sweep;
      const done = sweep.cells.filter(({ record }) => record !== null).length;
      const hint = hintText({ stop, allFiles, chosen, left: cells.length - done }, paint);
      const props = { sweep, names, nowMs: now(), hint, allFiles, paint };
      return (size) => <SweepScreen {...props} {...size} />;
    },
  });

  return {
    send(event, at) {
      const lines = scrollbackLines(event, paint, { width: stdout.columns - 1, fit: true });
      sweep = afterEvent(sweep, at, { event, lines, nowMs: now() });
      live.drawSoon();
    },
    ended(record, at) {
      sweep = afterEnd(sweep, at, record, now());
      live.drawSoon();
    },
    interrupted,
    close: live.close,
    async finish(record, linksOf) {
      await live.close();
      const { resultWidth: width, resultColour } = result;
      const style = { width, colour: resultColour };
      // Ink leaves one blank line where the live part was.
      const lines = sweepSummary(record, linksOf, style).slice(1);
      result.writeResult(`${lines.join('\n')}\n`);
    },
  };
}

interface Hint {
  stop: StopRequest;
  allFiles: boolean;
  chosen: number | null;
  /** Cells that are not over. */
  left: number;
}

function hintText({ stop, allFiles, chosen, left }: Hint, paint: Palette): string {
  if (stop === 'again') return paint.warn('quitting …');
  if (stop === 'once') return `${paint.warn('stopping …')} ${paint.dim('ctrl-c again quits')}`;
  const keys = [
    'ctrl-c stop all',
    '↑/↓ look',
    chosen !== null && 'esc follow',
    allFiles ? 'f fold' : 'f files',
    `${left} to go`,
  ];
  return paint.dim(keys.filter(Boolean).join(' · '));
}
