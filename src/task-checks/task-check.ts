import type { Act, Attempt } from './attempt.js';

export interface Attempts {
  /** The task as it is given, which is also what doing nothing leaves. */
  given(): Promise<Attempt>;
  solved(): Promise<Attempt>;
  fresh(act: Act | null): Promise<Attempt>;
  /** Reads something out of a pristine workspace. */
  pristine<T>(read: (workspace: string) => Promise<T>): Promise<T>;
}

/** A rung as data: it either does not apply here, or finds what is wrong with the task (null: nothing). */
export type RungSpec = { id: string; title: string } & (
  | { skip: string }
  | { fault(attempts: Attempts): Promise<string | null> }
);
