export type Unit = 'ms' | 'MB' | '×' | '%' | 'kB';

/** The allowed range of a value. */
export type Budget = { atMost: number } | { atLeast: number };

/** One measured value. */
export interface Measurement {
  name: string;
  value: number;
  unit: Unit;
  budget: Budget;
  /** What it was compared with in the same run, as text. */
  reference: string;
}

/** One benchmark; each has its own file. */
export interface Benchmark {
  /** `npm run bench -- ID` selects it. */
  id: string;
  /** Whether it runs the built program, not the source. */
  needsBuild: boolean;
  /** @throws Skip when this machine cannot measure it */
  measure(): Promise<Measurement[]>;
}

/** This machine cannot run a benchmark. The message says what is missing. */
export class Skip extends Error {}

export function withinBudget({ value, budget }: Measurement): boolean {
  return 'atMost' in budget ? value <= budget.atMost : value >= budget.atLeast;
}
