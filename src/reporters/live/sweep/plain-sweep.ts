import type { RunRecord } from '../../../model/record.js';
import { score } from '../../documents/format.js';
import { VERDICTS } from '../../documents/verdict-words.js';
import { palette } from '../../text/palette.js';
import { plainFace } from '../plain.js';
import { sweepSummary } from './summary.js';
import type { CellKept, SweepFace, SweepFaceOptions } from './sweep-face.js';

export interface PlainSweepOptions extends SweepFaceOptions {
  /** Takes the progress. */
  write: (text: string) => void;
  /** Columns where prose breaks. */
  width: number;
}

/** Several cells for logs and pipes: the lines of each as of one cell alone, behind its number. */
export function plainSweep({ cells, write, width, colour, ...result }: PlainSweepOptions): SweepFace {
  const paint = palette(colour);
  const digits = String(cells.length).length;
  const kept = new Map<string, CellKept>();
  const leads = cells.map((_, i) => paint.dim(`[${String(i + 1).padStart(digits)}/${cells.length}]`));
  const faces = leads.map((lead) =>
    plainFace({
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
    send: (cell, event) => faces[cell]?.send(event),
    ended(cell, record, left) {
      kept.set(record.run_id, left);
      write(`${leads[cell] ?? ''}${verdictLine(record)}\n`);
    },
    interrupted: () => write(' stopping …\n'),
    async finish(sweep) {
      const { resultWidth, resultColour } = result;
      const lines = sweepSummary(sweep, ({ run_id }) => kept.get(run_id), {
        width: resultWidth,
        colour: resultColour,
      });
      result.writeResult(`${lines.join('\n')}\n`);
    },
    async close() {},
  };
}
