import type { RunRecord } from '../../../model/record.js';
import { escapeControls } from '../json.js';
import { long, type Section, table, text } from './section.js';

/** The scorer blocks as they stand in the record, key by key. */
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
