import { ownAgentOptions, tuiOption } from './agent.js';
import { endpointOptions } from './endpoint.js';
import { limitOptions } from './limits.js';
import type { FlagsOf, OptionTable } from './option.js';
import { resultOptions } from './output.js';
import { taskOptions } from './task.js';
import { oneOf, wholeNumber } from './value-types.js';

/** The options of `check`, in the order in which command lines are printed. */
export const checkOptions = {
  ...tuiOption,
  ...endpointOptions,
  demo: {
    ...{ value: '[script]', type: oneOf(['oracle', 'no-op', 'cheat', 'refuse']), preset: 'oracle' },
    ...{ group: 'model', common: true },
    help: 'a scripted model instead of an endpoint',
    more: 'it solves the task, does nothing, edits the tests, or refuses',
    example: 'no-op',
    excludes: [
      {
        options: ['endpoint', 'model', 'key', 'keyFile'],
        code: 'usage.demo_conflict',
        message: '{this} has its own scripted model: it cannot be combined with {other}.',
        fix: 'Leave out {this} to check your own model, or {other} to see the demo.',
      },
    ],
  },
  ...taskOptions,
  ...limitOptions,
  ...ownAgentOptions,
  jobs: {
    ...{ value: '<number>', type: wholeNumber, group: 'sweep' },
    help: 'how many run at once',
    otherwise: '1',
    example: '2',
  },
  ...resultOptions,
} as const satisfies OptionTable;

export type CheckFlags = FlagsOf<typeof checkOptions>;
