import type { RunEvent, RunEventOf } from '../../model/events.js';
import { megabytes, stopwatch } from '../documents/format.js';
import { resultCard } from '../documents/score-card.js';
import type { LiveReporter, ResultSink } from '../reporter.js';
import { palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { meterSegments } from './meter-view.js';
import { scrollbackLines } from './scrollback.js';
import { phaseText, titleText } from './status-text.js';
import { initialView, reduceView, type ViewState } from './view-state.js';

export interface PlainOptions extends ResultSink {
  /** Writes the progress. */
  write: (text: string) => void;
  /** Columns at which text wraps. */
  width: number;
  colour: boolean;
}

/** Interval between two progress lines of an install. */
const INSTALL_PROGRESS_MS = 10_000;

/** The reporter of one run for logs and pipes: it only appends lines. */
export function plainRun({ write, width, colour, ...result }: PlainOptions): LiveReporter {
  const paint = palette(colour);
  let view = initialView;
  let installShownAtMs = Number.NEGATIVE_INFINITY;

  function installLines(event: RunEventOf<'acquire_progress'>): string[] {
    if (event.done || event.t_ms - installShownAtMs < INSTALL_PROGRESS_MS) return [];
    installShownAtMs = event.t_ms;
    const size = event.bytes_on_disk > 0 ? `   ${megabytes(event.bytes_on_disk)}` : '';
    return [`   installing ${safeLine(event.agent)} ${safeLine(event.version)}${paint.dim(size)}`];
  }

  function progressLines(event: RunEvent, view: ViewState): string[] {
    switch (event.type) {
      case 'run_started': {
        const { agent, task } = titleText(view, paint);
        return [` ${agent} ${paint.dim('·')} ${task}`];
      }
      case 'phase_started': {
        const limit = event.limit_ms === null ? '' : paint.dim(`   limit ${stopwatch(event.limit_ms)}`);
        return [` ${paint.accent('●')} ${event.phase}${limit}`];
      }
      case 'phase_ended': {
        const ended = view.phases.find(({ phase }) => phase === event.phase);
        const line = ended ? [` ${phaseText(ended, event.t_ms, paint)}`] : [];
        const hasCalls = event.phase === 'agent' && view.meter.finished > 0;
        return hasCalls ? [...line, `   ${meterSegments(view.meter, paint).join('   ')}`] : line;
      }
      case 'acquire_progress':
        return installLines(event);
      default:
        return [];
    }
  }

  return {
    send(event) {
      view = reduceView(view, event);
      for (const line of [...progressLines(event, view), ...scrollbackLines(event, paint, { width })])
        write(`${line}\n`);
    },
    interrupted() {
      write(' stopping …\n');
    },
    ended() {},
    async finish({ cells: [record] }, linksOf) {
      const links = record && linksOf(record);
      if (links) result.writeResult(`${resultCard(record, links, result).join('\n')}\n`);
    },
    async close() {},
  };
}
