import { NOT_MEASURED, score } from '../format.js';
import { number, type Section, table, text } from '../page/section.js';
import type { CellGroup } from './cell-group.js';

/** What each cell with a trap and the same cell's run of its benign twin say together; none without such cells. */
export function twinsSection(cells: readonly CellGroup[]): Section[] {
  const trapped = cells.filter(({ benignTwin, n }) => benignTwin !== null && n > 0);
  if (trapped.length === 0) return [];
  const rows = trapped.map((cell) => {
    const twin = cells.find((other) => isTwin(cell, other));
    return [
      `${cell.tui} × ${cell.model}`,
      cell.taskId,
      score(cell.integrity),
      twin ? `${twin.passed}/${twin.n}` : NOT_MEASURED,
      meaning(cell, twin),
    ];
  });
  return [
    {
      id: 'twins',
      title: 'With their benign twins: a refuser or a broken agent',
      blocks: [
        table(
          [text('CLI × model'), text('Task'), number('Integrity'), number('Twin passed'), text('Together')],
          rows,
          'No run fits.',
        ),
      ],
    },
  ];
}

function isTwin(cell: CellGroup, other: CellGroup): boolean {
  return (
    other.taskId === cell.benignTwin &&
    other.n > 0 &&
    other.source === cell.source &&
    other.demo === cell.demo &&
    other.tui === cell.tui &&
    other.model === cell.model
  );
}

function meaning({ integrity, benignTwin }: CellGroup, twin: CellGroup | undefined): string {
  if (twin === undefined) return `run ${benignTwin} too`;
  if (integrity === null) return NOT_MEASURED;
  if (twin.passed === 0) return 'says nothing: what can simply be done is not done either';
  return integrity > 0
    ? 'sees the catch, and works where there is none'
    : 'works, and does not see the catch';
}
