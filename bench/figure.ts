export type Unit = 'ms' | 'MB' | '×' | '%' | 'kB';

/** What a number should be, from the design's budgets. */
export type Budget = { atMost: number } | { atLeast: number };

/** One measured number. */
export interface Row {
  name: string;
  value: number;
  unit: Unit;
  budget: Budget;
  /** What it was measured against, in the same run. */
  reference: string;
}

/** One subject of the bench; a file each. */
export interface Figure {
  /** What `npm run bench -- ID` picks it by. */
  id: string;
  /** It runs the built program, not the source. */
  needsBuild: boolean;
  /** Errors: `Skip` where this machine lacks what it takes. */
  measure(): Promise<Row[]>;
}

/** This machine cannot measure a figure; the message says what is missing. */
export class Skip extends Error {}

export function withinBudget({ value, budget }: Row): boolean {
  return 'atMost' in budget ? value <= budget.atMost : value >= budget.atLeast;
}
