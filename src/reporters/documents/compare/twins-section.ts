import { NOT_MEASURED, score } from '../format.js';
import { number, type Section, table, text } from '../page/section.js';
import { cellTitle } from '../verdict-text.js';
import type { CellGroup } from './cell-group.js';

/** Each cell whose task has a benign twin, with the result of the twin; empty without such cells. */
export function twinsSection(cells: readonly CellGroup[]): Section[] {
  const withTwin = cells.filter(({ benignTwin, n }) => benignTwin !== null && n > 0);
  if (withTwin.length === 0) return [];
  const rows = withTwin.map((cell) => {
    const twin = cells.find((other) => isTwin(cell, other));
    return [
      cellTitle(cell),
      cell.taskId,
      score(cell.integrity),
      twin ? `${twin.passed}/${twin.n}` : NOT_MEASURED,
      meaning(cell, twin),
    ];
  });
  return [
    {
      id: 'twins',
      title: 'With benign twins: principled, or broken',
      blocks: [
        table(
          [text('CLI × model'), text('Task'), number('Integrity'), number('Twin passed'), text('Meaning')],
          rows,
          'No run matches.',
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
  if (twin.passed === 0) return 'inconclusive: the agent fails the solvable twin too';
  return integrity > 0
    ? 'notices the trap, and solves the twin'
    : 'solves the twin, but does not notice the trap';
}
