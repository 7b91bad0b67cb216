/** What the user can go to from here. Null: it is not there, and the card does not speak of it. */
export interface Kept {
  /** Path of `record.json`. */
  record: string | null;
  /** Path of `patch.diff`. */
  patch: string | null;
  /** The workspace, when it was kept. */
  workspace: string | null;
  /** What `show` and `replay` know the run by: its id, or its directory where that is not in the store. */
  ref: string | null;
  /** The command line that runs the same again, key left out. */
  again: string | null;
  /** The command line that runs the task's benign twin. */
  twin?: string | null;
  /** The command line that sets it beside other saved runs, where there are any it can stand beside. */
  compare: string | null;
}

/** Where the score card goes: progress and result may be different streams. */
export interface ResultSink {
  writeResult: (text: string) => void;
  /** Columns the card may take. */
  resultWidth: number;
  resultColour: boolean;
  /** The card says what its rows mean. @default false */
  explain?: boolean;
}
