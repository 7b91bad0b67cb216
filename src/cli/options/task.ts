import type { OptionTable } from './option.js';
import { seedNumber, text } from './value-types.js';

const CONFLICT = 'usage.task_conflict';
const WITH_REPO = {
  options: ['repo'],
  code: CONFLICT,
  message: '{this} needs --repo.',
  fix: 'Add --repo DIR, or leave out {this}.',
} as const;

/** Which task the agent gets. */
export const taskOptions = {
  task: {
    ...{ value: '<task>', type: text, repeat: 'commas', common: true, group: 'task' },
    help: 'id, glob, directory or git URL',
    question: 'Which task?',
    more: 'a git URL as URL#ref:path; several with commas',
    otherwise: 'a JavaScript task',
    example: 'mutations/rust-error-negated',
  },
  repo: {
    ...{ value: '<repo>', type: text, common: true, group: 'task' },
    help: 'make a bug in this git repository, to be fixed',
    more: 'a directory or a URL; its tests notice the bug',
    example: '.',
    excludes: [
      {
        options: ['task'],
        code: CONFLICT,
        message: '{this} and {other} were both given.',
        fix: 'Give only one of them.',
      },
    ],
    needs: [
      {
        options: ['test'],
        code: CONFLICT,
        message: '{this} needs --test COMMAND.',
        fix: 'Give the command that runs its tests, such as --test "npm test".',
      },
    ],
  },
  test: {
    ...{ value: '<command>', type: text, common: true, group: 'task' },
    help: 'with --repo: the command that runs its tests',
    more: 'run by sh in its top directory',
    example: 'npm test',
    needs: [WITH_REPO],
  },
  language: {
    ...{ value: '<id>', type: text, group: 'task' },
    help: 'with --repo: the language of the code to change',
    otherwise: 'the main language',
    example: 'typescript',
    needs: [WITH_REPO],
  },
  seed: {
    ...{ value: '<number>', type: seedNumber, group: 'task' },
    help: 'which bug to make; with --task, makes a variant of that task',
    example: '7',
  },
} as const satisfies OptionTable;
