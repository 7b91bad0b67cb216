import { FORMAT_IDS } from '../../reporters/documents/format-ids.js';
import type { FlagsOf, OptionTable } from './option.js';
import { colorOption, explainOption } from './output.js';
import { oneOf, positiveNumber, text } from './value-types.js';

/** `-o FILE`, for every command that prints a document. */
const outOption = {
  out: {
    ...{ value: '<file>', type: text, letter: 'o', group: 'output' },
    help: 'write to this file',
    example: 'report.html',
  },
} as const satisfies OptionTable;

export const showOptions = {
  format: {
    ...{ value: '<format>', type: oneOf(FORMAT_IDS), group: 'output' },
    help: 'output format',
    otherwise: 'a page for the terminal',
    example: 'html',
  },
  ...outOption,
  ...colorOption,
} as const satisfies OptionTable;

export const compareOptions = {
  tui: {
    ...{ value: '<glob>', type: text, repeat: 'list', group: 'agent' },
    help: 'only runs of these agents',
    example: 'opencode',
  },
  model: {
    ...{ value: '<glob>', type: text, repeat: 'list', group: 'model' },
    help: 'only runs of these models',
    example: 'openai/*',
  },
  task: {
    ...{ value: '<glob>', type: text, repeat: 'list', group: 'task' },
    help: 'only runs of these tasks',
    example: 'mutations/*',
  },
  demo: { group: 'model', help: 'only demo runs (with the scripted model)' },
  format: {
    ...{ value: '<format>', type: oneOf(['markdown', 'csv', 'json', 'html']), group: 'output' },
    help: 'output format',
    otherwise: 'a page for the terminal',
    example: 'html',
  },
  ...outOption,
  ...colorOption,
} as const satisfies OptionTable;

export const replayOptions = {
  speed: {
    ...{ value: '<factor>', type: positiveNumber, group: 'output' },
    help: 'playback speed, as a factor',
    default: 1,
    example: '4',
  },
  ...explainOption,
  ...colorOption,
} as const satisfies OptionTable;

export type ShowFlags = FlagsOf<typeof showOptions>;
export type CompareFlags = FlagsOf<typeof compareOptions>;
export type ReplayFlags = FlagsOf<typeof replayOptions>;
