import type { StepRecord } from '../../../model/record.js';
import { resultCard } from '../../documents/score-card.js';
import type { LiveReporter, ResultSink } from '../../reporter.js';
import { type Palette, palette } from '../../text/palette.js';
import { scrollbackLines } from '../scrollback.js';
import { isFolded, type StepLayout, stepLines } from '../step-lines.js';
import { initialView, reduceView, type ViewState } from '../view-state.js';
import { openLiveTerminal, type StopRequest, stopHint } from './live-terminal.js';
import type { ScreenKey } from './screen.js';
import { Strip } from './strip.js';

export interface ScreenOptions extends ResultSink {
  /** The terminal to draw on. */
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  colour: boolean;
  /** Called for every typed ctrl-c. For a signal, the caller calls `interrupted` instead. */
  onInterrupt: () => void;
  /** A monotonic clock in milliseconds, with any origin. */
  now: () => number;
}

/** Draws a run on a terminal. Permanent lines go into the scrollback, and at the end the score card. */
export function mountScreen({
  stdout,
  stdin,
  colour,
  onInterrupt,
  now,
  ...result
}: ScreenOptions): LiveReporter {
  const paint = palette(colour);
  let view = initialView;
  let runBeganMs = now();
  let stop: StopRequest = 'none';
  let open = { details: false, allFiles: false };
  let lastStep: StepRecord | null = null;

  const layout = (): StepLayout => ({ width: stdout.columns - 1, fit: true, unfolded: open.details });
  const interrupted = () => {
    stop = stop === 'none' ? 'once' : 'again';
    live.draw();
  };
  const pressed: Partial<Record<ScreenKey, () => void>> = {
    interrupt() {
      interrupted();
      onInterrupt();
    },
    details() {
      open = { ...open, details: !open.details };
      // The scrollback cannot change, so the last step is printed again, unfolded.
      if (open.details && lastStep !== null && isFolded(lastStep, layout()))
        live.addLines(stepLines(lastStep, paint, layout()));
      live.draw();
    },
    files() {
      open = { ...open, allFiles: !open.allFiles };
      live.draw();
    },
  };
  const live = openLiveTerminal({
    stdout,
    stdin,
    onKey: (key) => pressed[key]?.(),
    frame: () => {
      const strip = {
        view,
        nowMs: now() - runBeganMs,
        hint: hintText(view, stop, open, paint),
        allFiles: open.allFiles,
        paint,
      };
      return (size) => <Strip {...strip} {...size} />;
    },
  });

  return {
    send(event) {
      if (event.type === 'run_started') runBeganMs = now() - event.t_ms;
      view = reduceView(view, event);
      if (event.type === 'step') lastStep = event.step;
      live.addLines(scrollbackLines(event, paint, layout()));
      live.drawSoon();
    },
    interrupted,
    close: live.close,
    ended() {},
    async finish({ cells: [record] }, linksOf) {
      await live.close();
      const links = record && linksOf(record);
      if (!links) return;
      // Ink leaves a blank line in place of the strip, so the card does not need its own.
      const card = resultCard(record, links, result).slice(1);
      result.writeResult(`${card.join('\n')}\n`);
    },
  };
}

function hintText(
  { phases, files }: ViewState,
  stop: StopRequest,
  { details, allFiles }: { details: boolean; allFiles: boolean },
  paint: Palette,
): string {
  const driving = phases.some(({ phase, status }) => phase === 'agent' && status === 'running');
  const keys = [
    driving && (details ? 'd fold' : 'd details'),
    (allFiles || files.length > 1) && 'f files',
    driving ? 'ctrl-c stop and grade' : 'ctrl-c stop',
  ];
  return stopHint(stop, paint) ?? paint.dim(keys.filter(Boolean).join(' · '));
}
