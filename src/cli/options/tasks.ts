import { sandboxOption } from './limits.js';
import type { FlagsOf, OptionTable } from './option.js';
import { colorOption, jsonOption } from './output.js';
import { taskOptions } from './task.js';
import { positiveNumber, seedNumber, text, wholeNumber } from './value-types.js';

/** Options of commands that only print: `tasks list`, `tasks show`, `agents`. */
export const listOptions = { ...jsonOption, ...colorOption } as const satisfies OptionTable;

const testSandbox = { ...sandboxOption.sandbox, help: 'sandbox of the tests' } as const;

export const validateOptions = {
  jobs: {
    ...{ value: '<number>', type: wholeNumber, group: 'sweep' },
    help: 'how many tasks at once',
    otherwise: 'one per core',
    example: '2',
  },
  junit: {
    ...{ value: '<file>', type: text, group: 'output' },
    help: 'write JUnit XML: one suite per task, one case per check',
    example: 'tasks.xml',
  },
  sandbox: testSandbox,
  ...listOptions,
} as const satisfies OptionTable;

export const mutateOptions = {
  test: {
    ...{ value: '<command>', type: text, required: true, group: 'task' },
    help: "shell command that runs the tests in the repository's top directory",
    example: 'npm test',
  },
  seed: {
    ...{ value: '<number>', type: seedNumber, group: 'task' },
    help: 'the same seed and commit give the same tasks',
    otherwise: 'random, and printed',
    example: '7',
  },
  count: {
    ...{ value: '<number>', type: wholeNumber, group: 'task' },
    help: 'how many tasks',
    default: 5,
    example: '10',
  },
  language: {
    ...{ value: '<id>', type: text, group: 'task' },
    help: 'the language of the code to change',
    otherwise: 'the main language',
    example: taskOptions.language.example,
  },
  out: {
    ...{ value: '<dir>', type: text, group: 'output' },
    help: 'directory to write the tasks to',
    default: 'mutated-tasks',
    example: 'fresh-tasks',
  },
  testTimeout: {
    ...{ value: '<seconds>', type: positiveNumber, group: 'limits' },
    help: 'time limit of one run of the tests',
    default: 300,
    example: '600',
  },
  sandbox: testSandbox,
  json: { ...jsonOption.json, help: 'print kept and dropped mutations as one JSON object on stdout' },
} as const satisfies OptionTable;

export type ListFlags = FlagsOf<typeof listOptions>;
export type ValidateFlags = FlagsOf<typeof validateOptions>;
export type MutateFlags = FlagsOf<typeof mutateOptions>;
