import { InvalidArgumentError } from 'commander';
import { FORMAT_IDS, type FormatId } from '../reporters/documents/format-ids.js';

/** Those that show a run while it goes. */
const LIVE = ['screen', 'plain'] as const;
export type LiveId = (typeof LIVE)[number];

/** One `--reporter NAME` or `--reporter NAME=FILE`. */
export interface Reporter {
  name: LiveId | FormatId;
  /** Null: stdout, or the terminal. */
  file: string | null;
}

/** Reads one more `--reporter`. Errors: InvalidArgumentError, which the parser tells. */
export function parseReporter(text: string, earlier: readonly Reporter[] = []): Reporter[] {
  const [given = '', ...rest] = text.split('=');
  const file = rest.length > 0 ? rest.join('=') : null;
  const names = [...LIVE, ...FORMAT_IDS];
  const name = names.find((candidate) => candidate === given);
  if (name === undefined) {
    throw new InvalidArgumentError(`Reporters: ${names.join(', ')}.`);
  }
  if (file === '') throw new InvalidArgumentError(`${name}= needs a file.`);
  if (file !== null && isLive(name))
    throw new InvalidArgumentError(`${name} shows the run; it writes no file.`);
  return [...earlier, { name, file }];
}

/** Whether it shows the run while it goes. */
export const isLive = (name: Reporter['name']): name is LiveId => LIVE.some((live) => live === name);
