import { WRAPPERS } from '../../sandbox/sandbox.js';
import { limit } from './limit.js';
import type { OptionTable } from './option.js';
import { oneOf, positiveNumber, price, wholeNumber } from './value-types.js';

/** `--sandbox`, for every command that runs foreign code. */
export const sandboxOption = {
  sandbox: {
    ...{ value: '<mode>', type: oneOf(['auto', 'required', 'off', ...WRAPPERS]), group: 'limits' },
    help: 'sandbox of agent and tests',
    more: 'auto: the best one that works here',
    default: 'auto',
    example: 'required',
  },
} as const satisfies OptionTable;

/** Time, budget and resource limits of a run. */
export const limitOptions = {
  timeout: {
    ...{ value: '<seconds>', type: positiveNumber, group: 'limits' },
    help: 'time limit of the agent',
    otherwise: "the task's, mostly 600",
    example: '900',
  },
  idleTimeout: {
    ...{ value: '<seconds>', type: positiveNumber, group: 'limits' },
    help: 'stop an agent that does nothing for this long',
    default: 120,
    example: '300',
  },
  maxCalls: {
    ...{ value: '<number>', type: wholeNumber, group: 'limits' },
    help: 'stop the agent after this many model calls',
    example: '40',
  },
  maxTokens: {
    ...{ value: '<number>', type: wholeNumber, group: 'limits' },
    help: 'stop the agent after this many tokens',
    more: 'as the server reports them; no effect where it reports none',
    example: '500000',
  },
  price: {
    ...{ value: '<in,out>', type: price, group: 'limits' },
    help: 'prices per million tokens, to print the cost',
    more: 'without it, no cost is printed',
    example: '0.15,0.60',
  },
  ...sandboxOption,
  limit: {
    ...{ value: '<name=value>', type: limit, repeat: 'list', group: 'limits' },
    help: 'resource limit of the agent: memory, disk, processes, files, cpu',
    more: 'memory and disk in MB, or with a unit',
    otherwise: "3/4 of the machine's memory, disk=2GB, processes=1000, files=200000, all processors",
    example: 'memory=2GB',
  },
} as const satisfies OptionTable;
