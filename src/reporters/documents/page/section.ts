/** A section of the cell page as data, for all formats that print the page. Its text is not sanitized. */
export interface Section {
  id: SectionId;
  title: string;
  blocks: readonly Block[];
}

export type SectionId =
  | 'scores'
  | 'identity'
  | 'timing'
  | 'breakdown'
  | 'tests'
  | 'changes'
  | 'replay'
  | 'playback'
  | 'yourself'
  | 'explore'
  | 'spans'
  | 'calls'
  | 'other-clis'
  | 'other-models'
  | 'other-tasks'
  | 'embed'
  | 'matrix'
  | 'players'
  | 'twins'
  | 'cells';

export type Block =
  | { kind: 'fields'; fields: readonly Field[] }
  | { kind: 'table'; table: Table }
  | { kind: 'code'; title: string; language: string; text: string }
  | { kind: 'prose'; text: string };

export interface Field {
  label: string;
  /** Null: it was not measured or does not apply, for the reason in `note`. */
  value: string | null;
  note?: string;
}

export interface Table {
  columns: readonly Column[];
  /** A row has one cell per column. */
  rows: readonly (readonly string[])[];
  /** Shown when there are no rows. */
  empty: string;
}

export interface Column {
  title: string;
  /** `long`: text of any length, which a reporter may print below the row. */
  kind: 'text' | 'number' | 'long';
}

export const prose = (text: string): Block => ({ kind: 'prose', text });
export const fields = (...list: Field[]): Block => ({ kind: 'fields', fields: list });
export const table = (columns: readonly Column[], rows: Table['rows'], empty: string): Block => ({
  kind: 'table',
  table: { columns, rows, empty },
});
export const code = (title: string, language: string, text: string): Block => ({
  kind: 'code',
  title,
  language,
  text,
});
export const text = (title: string): Column => ({ title, kind: 'text' });
export const number = (title: string): Column => ({ title, kind: 'number' });
export const long = (title: string): Column => ({ title, kind: 'long' });
