import type { RunEvent } from '../../model/events.js';
import type { RunRecord } from '../../model/record.js';
import type { Kept } from '../result.js';

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
