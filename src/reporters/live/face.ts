import type { RunEvent } from '../../model/events.js';
import type { RunRecord } from '../../model/record.js';
import type { Kept } from '../documents/score-card.js';

/** Where the score card goes: progress and result may be different streams. */
export interface ResultSink {
  writeResult: (text: string) => void;
  /** Columns the card may take. */
  resultWidth: number;
  resultColour: boolean;
  /** The card says what its rows mean. @default false */
  explain?: boolean;
}

/** Something that shows a run while it goes and its result when it is over. */
export interface Face {
  send(event: RunEvent): void;
  /** The user asked to stop: say so. */
  interrupted(): void;
  /** Shows the result and lets go of the terminal. */
  finish(record: RunRecord, kept: Kept): Promise<void>;
  /** Lets go of the terminal without a result. */
  close(): Promise<void>;
}
