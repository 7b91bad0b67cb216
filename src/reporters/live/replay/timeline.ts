import type { RunEvent } from '../../../model/events.js';
import { seconds } from '../../documents/format.js';
import { palette } from '../../text/palette.js';
import { scrollbackLines } from '../scrollback.js';
import { phaseText, titleText } from '../status-text.js';
import { initialView, reduceView } from '../view-state.js';

const TIME_COLUMNS = 9;

/** Returns a function that turns the events of a run, in order, into lines that start with their time. */
export function timeline({
  width,
  colour,
}: {
  width: number;
  colour: boolean;
}): (event: RunEvent) => string[] {
  const paint = palette(colour);
  const layout = { width: width - TIME_COLUMNS };
  let view = initialView;

  const statusLines = (event: RunEvent): string[] => {
    switch (event.type) {
      case 'run_started': {
        const { agent, task } = titleText(view, paint);
        return [` ${agent} ${paint.dim('·')} ${task}`];
      }
      case 'phase_ended': {
        const ended = view.phases.find(({ phase }) => phase === event.phase);
        return ended ? [` ${phaseText(ended, event.t_ms, paint)}`] : [];
      }
      default:
        return [];
    }
  };

  return (event) => {
    view = reduceView(view, event);
    const time = paint.dim(seconds(event.t_ms).padStart(TIME_COLUMNS));
    const lines = [...statusLines(event), ...scrollbackLines(event, paint, layout)];
    return lines.map((line, i) => (i === 0 ? time : ' '.repeat(TIME_COLUMNS)) + line);
  };
}
