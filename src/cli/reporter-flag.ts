import { InvalidArgumentError } from 'commander';
import { FORMAT_IDS, type FormatId } from '../reporters/documents/format-ids.js';
import type { ValueType } from './options/option.js';

/** Reporters that show a run live. */
const LIVE = ['screen', 'plain'] as const;
export type LiveId = (typeof LIVE)[number];

/** One `--reporter NAME` or `--reporter NAME=FILE`. */
export interface Reporter {
  name: LiveId | FormatId;
  /** Null: stdout, or the terminal. */
  file: string | null;
}

/** The value of `--reporter`. */
export const reporter: ValueType<Reporter> = {
  read(typed) {
    const [given = '', ...rest] = typed.split('=');
    const file = rest.length > 0 ? rest.join('=') : null;
    const names = [...LIVE, ...FORMAT_IDS];
    const name = names.find((candidate) => candidate === given);
    if (name === undefined) throw new InvalidArgumentError(`Reporters: ${names.join(', ')}.`);
    if (file === '') throw new InvalidArgumentError(`${name}= needs a file.`);
    if (file !== null && isLive(name))
      throw new InvalidArgumentError(`${name} shows the run; it writes no file.`);
    return { name, file };
  },
  write: ({ name, file }) => (file === null ? name : `${name}=${file}`),
};

/** Whether the reporter shows the run live. */
export const isLive = (name: Reporter['name']): name is LiveId => LIVE.some((live) => live === name);
