import type { RunEvent } from '../model/events.js';
import type { RunRecord } from '../model/record.js';
import type { SweepRecord } from '../model/sweep-record.js';

/** Shows the cells of a sweep, one or several, while they run, and their result at the end. */
export interface LiveReporter {
  /** `cell` is the index in the plan. */
  send(event: RunEvent, cell: number): void;
  /** A cell has ended. */
  ended(record: RunRecord, cell: number): void;
  /** Shows that the user asked to stop. */
  interrupted(): void;
  /** Shows the result and releases the terminal. */
  finish(sweep: SweepRecord, linksOf: LinksOf): Promise<void>;
  /** Releases the terminal without a result. */
  close(): Promise<void>;
}

/** Paths and commands shown below a result. The card leaves out those that are null. */
export interface RunLinks {
  /** Path of `record.json`. */
  record: string | null;
  /** Path of `patch.diff`. */
  patch: string | null;
  /** Path of the workspace, if it was kept. */
  workspace: string | null;
  /** The name that `show` and `replay` accept: the run's id, or its directory if it is not in the store. */
  ref: string | null;
  /** Command that repeats the run, without the key. */
  again: string | null;
  /** Command that runs the task's benign twin. */
  twin?: string | null;
  /** Command that compares the run with other saved runs, if there are comparable ones. */
  compare: string | null;
}

export type LinksOf = (record: RunRecord) => RunLinks | undefined;

/** Where the score card is written; progress may go to another stream. */
export interface ResultSink {
  writeResult: (text: string) => void;
  /** Columns available to the card. */
  resultWidth: number;
  resultColour: boolean;
  /** Whether the card explains its rows. @default false */
  explain?: boolean;
}
