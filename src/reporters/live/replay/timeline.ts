import type { RunEvent } from '../../../model/events.js';
import { seconds } from '../../documents/format.js';
import { palette } from '../../text/palette.js';
import { phaseText } from '../phase-text.js';
import { scrollbackLines } from '../scrollback.js';
import { titleText } from '../title-text.js';
import { initialView, reduceView } from '../view-state.js';

const TIME_COLUMNS = 9;

/** A run as a list: what happened, each with its time; nothing moves, nothing is held. */
export function timeline({
  width,
  colour,
}: {
  width: number;
  colour: boolean;
}): (event: RunEvent) => string[] {
  const paint = palette(colour);
  let view = initialView;

  const headLines = (event: RunEvent): string[] => {
    switch (event.type) {
      case 'run_started': {
        const { player, task } = titleText(view, paint);
        return [` ${player} ${paint.dim('·')} ${task}`];
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
    const room = { width: width - TIME_COLUMNS };
    const time = seconds(event.t_ms).padStart(TIME_COLUMNS);
    return [...headLines(event), ...scrollbackLines(event, paint, room)].map(
      (line, place) => (place === 0 ? paint.dim(time) : ' '.repeat(TIME_COLUMNS)) + line,
    );
  };
}
