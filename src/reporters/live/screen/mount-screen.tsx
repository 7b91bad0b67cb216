import type { StepRecord } from '../../../model/record.js';
import { resultCard } from '../../documents/score-card.js';
import type { LiveReporter, ResultSink } from '../../reporter.js';
import { palette } from '../../text/palette.js';
import { scrollbackLines } from '../scrollback.js';
import { isFolded, type StepLayout, stepLines } from '../step-lines.js';
import { initialView, reduceView } from '../view-state.js';
import { hintText, type StopRequest } from './key-hint.js';
import type { ScreenKey } from './keys.js';
import { openLive } from './live.js';
import { Strip } from './strip.js';

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

/** Draws a run on a terminal. Only what happened for good reaches the scrollback; the score card follows it there. */
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
      // What has scrolled up stays as it is: the last step is told again, whole.
      if (open.details && lastStep !== null && isFolded(lastStep, layout()))
        live.say(stepLines(lastStep, paint, layout()));
      live.draw();
    },
    files() {
      open = { ...open, allFiles: !open.allFiles };
      live.draw();
    },
  };
  const live = openLive({
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
      live.say(scrollbackLines(event, paint, layout()));
      live.drawSoon();
    },
    interrupted,
    close: live.close,
    ended() {},
    async finish({ cells: [record] }, linksOf) {
      await live.close();
      const links = record && linksOf(record);
      if (!links) return;
      // Ink leaves one blank line where the strip was: the card need not bring its own.
      const card = resultCard(record, links, result).slice(1);
      result.writeResult(`${card.join('\n')}\n`);
    },
  };
}
