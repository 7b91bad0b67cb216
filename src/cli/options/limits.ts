import { WRAPPERS } from '../../sandbox/sandbox.js';
import { limit } from './limit.js';
import type { OptionTable } from './option.js';
import { oneOf, positiveNumber, price, wholeNumber } from './value-types.js';

/** `--sandbox`, of every command that runs foreign code. */
export const sandboxOption = {
  sandbox: {
    ...{ value: '<mode>', type: oneOf(['auto', 'required', 'off', ...WRAPPERS]), group: 'limits' },
    help: 'how agent and tests are wrapped',
    more: 'the best that works here, required, off, or one by name',
    default: 'auto',
    example: 'required',
  },
} as const satisfies OptionTable;

/** What stops a run. */
export const limitOptions = {
  timeout: {
    ...{ value: '<seconds>', type: positiveNumber, group: 'limits' },
    help: "limit of the agent's time",
    otherwise: "the task's, 600",
    example: '900',
  },
  idleTimeout: {
    ...{ value: '<seconds>', type: positiveNumber, group: 'limits' },
    help: 'stop an agent that does nothing at all for so long',
    default: 120,
    example: '300',
  },
  maxCalls: {
    ...{ value: '<number>', type: wholeNumber, group: 'limits' },
    help: 'stop the agent after so many model calls',
    example: '40',
  },
  maxTokens: {
    ...{ value: '<number>', type: wholeNumber, group: 'limits' },
    help: 'stop the agent when the wire has seen so many tokens',
    example: '500000',
  },
  price: {
    ...{ value: '<in,out>', type: price, group: 'limits' },
    help: 'prices per million tokens, to print the cost',
    more: 'it is never guessed',
    example: '0.15,0.60',
  },
  ...sandboxOption,
  limit: {
    ...{ value: '<name=value>', type: limit, repeat: 'list', group: 'limits' },
    help: 'what the agent may use: memory, disk, processes, files, cpu',
    more: 'memory and disk in MB, or with a unit',
    otherwise: "3/4 of the machine's memory, disk=2GB, processes=1000, files=200000, every processor",
    example: 'memory=2GB',
  },
} as const satisfies OptionTable;
