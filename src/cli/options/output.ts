import { reporter } from '../reporter-flag.js';
import type { OptionTable } from './option.js';
import { text, wholeNumber } from './value-types.js';

/** `--json`, of every command that has data to print. */
export const jsonOption = {
  json: { group: 'output', help: 'print the result as one JSON object on stdout' },
} as const satisfies OptionTable;

/** `--no-color`, of every command that draws. */
export const colorOption = {
  color: { negated: true, group: 'output', help: 'no colours (as NO_COLOR)' },
} as const satisfies OptionTable;

/** `--explain`, of every command that prints a score card. */
export const explainOption = {
  explain: { group: 'output', help: 'say what every row of the score card means' },
} as const satisfies OptionTable;

/** What becomes of a run. */
export const resultOptions = {
  dryRun: {
    group: 'output',
    help: 'print what would be run, and run nothing',
    excludes: [
      {
        options: ['repo', 'seed'],
        code: 'usage.task_conflict',
        message: '{this} runs nothing, and a task is made by running tests.',
        fix: 'Make it with `tasks mutate` first, then give its directory to --task.',
      },
    ],
  },
  keep: { group: 'output', help: 'keep the workspace', more: 'a failed run keeps it anyway' },
  out: {
    ...{ value: '<dir>', type: text, group: 'output' },
    help: "directory of this run's record",
    otherwise: 'the store',
    example: './run',
  },
  keepRuns: {
    ...{ value: '<number>', type: wholeNumber, group: 'output' },
    help: 'saved runs that the store keeps; the oldest go, none of the last hour',
    default: 200,
    example: '50',
  },
  capture: {
    group: 'output',
    help: 'keep every request and answer whole beside the record, the key cut out',
  },
  reporter: {
    ...{ value: '<name[=file]>', type: reporter, repeat: 'list', group: 'output' },
    help: 'screen, plain, or a format of `show`, to a file',
    example: 'html=report.html',
  },
  json: {
    ...jsonOption.json,
    help: 'print the record, or of several cells the sweep, as one JSON object on stdout',
  },
  ...explainOption,
  ...colorOption,
} as const satisfies OptionTable;
