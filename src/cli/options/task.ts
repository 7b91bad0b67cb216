import type { OptionTable } from './option.js';
import { seedNumber, text } from './value-types.js';

const CONFLICT = 'usage.task_conflict';
const WITH_REPO = {
  options: ['repo'],
  code: CONFLICT,
  message: '{this} goes with --repo.',
  fix: 'Add --repo DIR, or leave it out.',
} as const;

/** What the agent has to do. */
export const taskOptions = {
  task: {
    ...{ value: '<task>', type: text, repeat: 'commas', common: true, group: 'task' },
    help: 'id, glob, directory or git URL',
    question: 'Which task?',
    more: 'git as URL#ref:path; several with commas',
    otherwise: 'a JavaScript task',
    example: 'mutations/rust-error-negated',
  },
  repo: {
    ...{ value: '<repo>', type: text, common: true, group: 'task' },
    help: 'break the code of this git repository, to be mended',
    more: 'a directory or a URL; one place that its tests notice',
    example: '.',
    excludes: [
      {
        options: ['task'],
        code: CONFLICT,
        message: '{this} and {other} were both given.',
        fix: 'Give the one that has the code to be mended.',
      },
    ],
    needs: [
      {
        options: ['test'],
        code: CONFLICT,
        message: '{this} needs --test COMMAND.',
        fix: 'Give what runs its tests, such as --test "npm test".',
      },
    ],
  },
  test: {
    ...{ value: '<command>', type: text, common: true, group: 'task' },
    help: 'with --repo: runs its tests',
    more: 'with sh, at its top',
    example: 'npm test',
    needs: [WITH_REPO],
  },
  language: {
    ...{ value: '<id>', type: text, group: 'task' },
    help: "with --repo: which of the repository's code to break",
    otherwise: 'most of it',
    example: 'typescript',
    needs: [WITH_REPO],
  },
  seed: {
    ...{ value: '<number>', type: seedNumber, group: 'task' },
    help: 'which bug; with --task, a fresh variant of that task',
    example: '7',
  },
} as const satisfies OptionTable;
