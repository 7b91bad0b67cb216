import type { RunRecord } from '../../../model/record.js';
import { NOT_MEASURED } from '../format.js';
import { scoreRows } from '../score-rows.js';
import { fields, prose, type Section } from './section.js';

/** Every axis: its number, or why there is none. */
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
