import type { RunRecord } from '../../../model/record.js';
import { type Block, code, long, prose, type Section, table, text } from './section.js';

/** The files that the agent changed, whether they count, tampering, litter, and the patch. */
export function changesSection(record: RunRecord, patch: string | null): Section {
  const { blast_radius } = record.scores;
  const expected = new Set(blast_radius.expected_changes);
  const leftOut = new Set(record.left_out);
  const rows = (['added', 'removed', 'modified'] as const).flatMap((change) =>
    blast_radius[change].map((path) => [
      path,
      change,
      blast_radius.blast_radius === null ? 'not known' : expected.has(path) ? 'expected' : 'not expected',
      leftOut.has(path) ? 'not graded' : 'graded',
    ]),
  );
  const blocks: Block[] = [
    table([text('File'), text('Change'), text('Blast'), text('Grading copy')], rows, 'No file was changed.'),
  ];
  if (record.tampering.length > 0) {
    blocks.push(
      table(
        [text('Tampering'), text('Kind'), long('What')],
        record.tampering.map(({ path, kind, what }) => [path, kind, what]),
        '',
      ),
    );
  }
  if (record.litter.length > 0) blocks.push(prose(`Build litter, not counted: ${record.litter.join(', ')}`));
  if (patch) blocks.push(code('patch.diff', 'diff', patch));
  return { id: 'changes', title: `Changes (${blast_radius.total_changes})`, blocks };
}
