import { type Budget, type Measurement, type Unit, withinBudget } from './benchmark.js';

/** The measurements of a benchmark, or why it was skipped. */
export type BenchmarkResult = { id: string; measurements: Measurement[] } | { id: string; skipped: string };

const TITLES = ['', 'figure', 'measured', 'budget', 'baseline', 'reference'];

/** The results as a table of aligned columns. `baseline` returns the earlier value of a measurement. */
export function table(
  results: readonly BenchmarkResult[],
  baseline: (name: string) => number | undefined,
): string {
  const lines = results.flatMap((result) =>
    'skipped' in result
      ? [['–', result.id, 'skipped', '', '', result.skipped]]
      : result.measurements.map((measurement) => {
          const { name, value, unit, budget, reference } = measurement;
          const before = baseline(name);
          return [
            withinBudget(measurement) ? '✔' : '✘',
            name,
            amount(value, unit),
            budgetText(budget, unit),
            before === undefined ? '–' : amount(before, unit),
            reference,
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
