import type { RunEvent } from '../../model/events.js';
import type { RunRecord } from '../../model/record.js';
import type { SweepRecord } from '../../model/sweep-record.js';
import type { Kept } from '../result.js';

/** Something that shows the cells of a sweep while they run, one or several, and what they came to. */
export interface LiveReporter {
  /** `cell` is its place in the plan. */
  send(event: RunEvent, cell: number): void;
  /** A cell is over. */
  ended(record: RunRecord, cell: number): void;
  /** The user asked to stop: say so. */
  interrupted(): void;
  /** Shows the result and lets go of the terminal. */
  finish(sweep: SweepRecord, keptOf: KeptOf): Promise<void>;
  /** Lets go of the terminal without a result. */
  close(): Promise<void>;
}

/** What the run of a record left behind. */
export type KeptOf = (record: RunRecord) => Kept | undefined;
