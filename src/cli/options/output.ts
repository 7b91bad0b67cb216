import { reporter } from '../reporter-flag.js';
import type { OptionTable } from './option.js';
import { text, wholeNumber } from './value-types.js';

/** `--json`, for every command that prints data. */
export const jsonOption = {
  json: { group: 'output', help: 'print the result as one JSON object on stdout' },
} as const satisfies OptionTable;

/** `--no-color`, for every command that uses colours. */
export const colorOption = {
  color: { negated: true, group: 'output', help: 'no colours (like NO_COLOR)' },
} as const satisfies OptionTable;

/** `--explain`, for every command that prints a score card. */
export const explainOption = {
  explain: { group: 'output', help: 'explain every row of the score card' },
} as const satisfies OptionTable;

/** Options for the result of a run. */
export const resultOptions = {
  dryRun: {
    group: 'output',
    help: 'print what would run, and run nothing',
    excludes: [
      {
        options: ['repo', 'seed'],
        code: 'usage.task_conflict',
        message: '{this} runs nothing, but making a task needs test runs.',
        fix: 'Make the task with `tasks mutate` first, then give its directory to --task.',
      },
    ],
  },
  keep: { group: 'output', help: 'keep the workspace', more: 'a failed run with changes always keeps it' },
  out: {
    ...{ value: '<dir>', type: text, group: 'output' },
    help: 'directory for the record of this run',
    more: 'with several cells, it gets one directory for each',
    otherwise: 'the directory of saved runs',
    example: './run',
  },
  keepRuns: {
    ...{ value: '<number>', type: wholeNumber, group: 'output' },
    help: 'how many saved runs to keep; older ones are deleted, except those of the last hour',
    default: 200,
    example: '50',
  },
  capture: {
    group: 'output',
    help: 'save complete requests and answers next to the record, without the key',
  },
  reporter: {
    ...{ value: '<name[=file]>', type: reporter, repeat: 'list', group: 'output' },
    help: 'screen, plain, or a format of `show`; with =file, to a file',
    example: 'html=report.html',
  },
  json: {
    ...jsonOption.json,
    help: 'print the record (of several cells, the sweep) as one JSON object on stdout',
  },
  ...explainOption,
  ...colorOption,
} as const satisfies OptionTable;
