import { type Budget, type Row, type Unit, withinBudget } from './figure.js';

/** A figure's outcome: its rows, or why there are none. */
export type Outcome = { id: string; rows: Row[] } | { id: string; skipped: string };

const TITLES = ['', 'figure', 'measured', 'budget', 'baseline', 'reference'];

/** The outcome as aligned lines; `baseline` gives a row's earlier value. */
export function table(outcomes: readonly Outcome[], baseline: (name: string) => number | undefined): string {
  const lines = outcomes.flatMap((outcome) =>
    'skipped' in outcome
      ? [['–', outcome.id, 'skipped', '', '', outcome.skipped]]
      : outcome.rows.map((row) => {
          const before = baseline(row.name);
          return [
            withinBudget(row) ? '✔' : '✘',
            row.name,
            amount(row.value, row.unit),
            budgetText(row.budget, row.unit),
            before === undefined ? '–' : amount(before, row.unit),
            row.reference,
          ];
        }),
  );
  const widths = TITLES.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const isNumber = (column: number) => column >= 2 && column <= 4;
  return [TITLES, ...lines]
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function amount(value: number, unit: Unit): string {
  const digits = unit === 'ms' && Math.abs(value) < 10 ? 2 : unit === '×' ? 2 : Math.abs(value) < 10 ? 1 : 0;
  return unit === '×' ? `${value.toFixed(digits)} ×` : `${value.toFixed(digits)} ${unit}`;
}

function budgetText(budget: Budget, unit: Unit): string {
  return 'atMost' in budget ? `≤ ${budget.atMost} ${unit}` : `≥ ${budget.atLeast} ${unit}`;
}
