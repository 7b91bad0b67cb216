import type { LiveReporter } from '../../reporter.js';
import { type Palette, palette } from '../../text/palette.js';
import { openLiveTerminal, type StopRequest, stopHint } from '../screen/live-terminal.js';
import type { ScreenKey } from '../screen/screen.js';
import { scrollbackLines } from '../scrollback.js';
import { cellNames, type SweepReporterOptions, sweepSummary } from './summary.js';
import { SweepScreen } from './sweep-screen.js';
import { afterEnd, afterEvent, initialSweep, selectNext } from './sweep-view.js';

export interface SweepScreenOptions extends SweepReporterOptions {
  /** The terminal to draw on. */
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  /** Called for every typed ctrl-c. For a signal, the caller calls `interrupted` instead. */
  onInterrupt: () => void;
  /** A monotonic clock in milliseconds. */
  now: () => number;
}

/** Draws several cells on a terminal. Only their results go into the scrollback. */
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
  const names = cellNames(cells);
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
      sweep = selectNext(sweep, -1);
    },
    down() {
      sweep = selectNext(sweep, 1);
    },
    leave() {
      sweep = { ...sweep, selected: null };
    },
    files() {
      allFiles = !allFiles;
    },
  };
  const live = openLiveTerminal({
    stdout,
    stdin,
    onKey: (key) => {
      pressed[key]?.();
      live.draw();
    },
    frame: () => {
      const { selected } = sweep;
      const remaining = sweep.cells.filter(({ record }) => record === null).length;
      const hint = hintText({ stop, allFiles, selected, remaining }, paint);
      const props = { sweep, names, nowMs: now(), hint, allFiles, paint };
      return (size) => <SweepScreen {...props} {...size} />;
    },
  });

  return {
    send(event, cell) {
      const lines = scrollbackLines(event, paint, { width: stdout.columns - 1, fit: true });
      sweep = afterEvent(sweep, cell, { event, lines, nowMs: now() });
      live.drawSoon();
    },
    ended(record, cell) {
      sweep = afterEnd(sweep, cell, record, now());
      live.drawSoon();
    },
    interrupted,
    close: live.close,
    async finish(record, linksOf) {
      await live.close();
      const { resultWidth: width, resultColour } = result;
      // Ink leaves a blank line in place of the live part, so the summary does not need its own.
      const lines = sweepSummary(record, linksOf, { width, colour: resultColour }).slice(1);
      result.writeResult(`${lines.join('\n')}\n`);
    },
  };
}

interface Hint {
  stop: StopRequest;
  allFiles: boolean;
  selected: number | null;
  /** Cells that have not ended. */
  remaining: number;
}

function hintText({ stop, allFiles, selected, remaining }: Hint, paint: Palette): string {
  const keys = [
    'ctrl-c stop all',
    '↑/↓ view',
    selected !== null && 'esc follow',
    allFiles ? 'f fold' : 'f files',
    `${remaining} to go`,
  ];
  return stopHint(stop, paint) ?? paint.dim(keys.filter(Boolean).join(' · '));
}
