import type { RunRecord } from '../../../model/record.js';
import { score } from '../../documents/format.js';
import { VERDICTS } from '../../documents/verdict-text.js';
import type { LiveReporter } from '../../reporter.js';
import { palette } from '../../text/palette.js';
import { plainRun } from '../plain.js';
import { type SweepReporterOptions, sweepSummary } from './summary.js';

export interface PlainSweepOptions extends SweepReporterOptions {
  /** Writes the progress. */
  write: (text: string) => void;
  /** Columns at which text wraps. */
  width: number;
}

/** The reporter of several cells for logs and pipes: the lines of each cell as in a single run, behind its number. */
export function plainSweep({ cells, write, width, colour, ...result }: PlainSweepOptions): LiveReporter {
  const paint = palette(colour);
  const digits = String(cells.length).length;
  const leads = cells.map((_, i) => paint.dim(`[${String(i + 1).padStart(digits)}/${cells.length}]`));
  const runs = leads.map((lead) =>
    plainRun({
      write: (text) => write(lead + text),
      width: width - 2 * digits - 3,
      colour,
      ...result,
    }),
  );
  const verdictLine = ({ verdict, scores }: RunRecord) => {
    const { word, tone } = VERDICTS[verdict];
    const numbers = `composite ${score(scores.composite.composite)}   measured ${score(scores.measured.composite)}`;
    return `   ${paint[tone](word)}   ${paint.dim(numbers)}`;
  };
  return {
    send: (event, cell) => runs[cell]?.send(event, cell),
    ended(record, cell) {
      write(`${leads[cell] ?? ''}${verdictLine(record)}\n`);
    },
    interrupted: () => write(' stopping …\n'),
    async finish(sweep, linksOf) {
      const { resultWidth, resultColour } = result;
      const lines = sweepSummary(sweep, linksOf, { width: resultWidth, colour: resultColour });
      result.writeResult(`${lines.join('\n')}\n`);
    },
    async close() {},
  };
}
