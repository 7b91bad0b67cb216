import type { Source } from './source.js';

/** One change to one place of a file. */
export interface Edit {
  start: number;
  end: number;
  replacement: string;
}

export interface Operator {
  name: string;
  /** Every place in the file where it applies. */
  edits(source: Source): Edit[];
}
