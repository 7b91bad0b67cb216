import type { RunRecord } from '../../../model/record.js';
import { NOT_MEASURED } from '../format.js';
import { escapeControls } from '../json.js';
import { scoreRows } from '../score-rows.js';
import { fields, long, prose, type Section, table, text } from './section.js';

/** Every axis with its value, or the reason why it has none. */
export function scoresSection(record: RunRecord): Section {
  return {
    id: 'scores',
    title: 'Per-axis scores',
    blocks: [
      fields(
        ...scoreRows(record).map(({ label, value, phrase }) => ({
          label,
          value: value === NOT_MEASURED ? null : value,
          note: phrase,
        })),
      ),
      ...(record.demo ? [prose('DEMO: a scripted model played. This says nothing about any model.')] : []),
    ],
  };
}

/** The blocks of the record, axis by axis, as JSON. */
export function breakdownSection({ scores }: RunRecord): Section {
  return {
    id: 'breakdown',
    title: 'Scorer breakdown',
    blocks: [
      table(
        [text('Axis'), long('Keys'), long('Values')],
        Object.entries(scores).map(([axis, block]) => [
          axis,
          Object.keys(block).join(', '),
          escapeControls(JSON.stringify(block)),
        ]),
        'No axis was scored.',
      ),
    ],
  };
}
