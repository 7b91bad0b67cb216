import { endpointOptions } from './endpoint.js';
import type { FlagsOf, OptionTable } from './option.js';
import { colorOption, jsonOption } from './output.js';
import { positiveNumber } from './value-types.js';

const needs = [
  {
    options: ['endpoint'],
    code: 'usage.no_endpoint',
    message: '{this} was given without an endpoint.',
    fix: 'Add --endpoint URL, or leave out {this} to look for servers on this machine.',
  },
] as const;

export const doctorOptions = {
  endpoint: endpointOptions.endpoint,
  model: { ...endpointOptions.model, needs },
  key: { ...endpointOptions.key, needs },
  keyFile: { ...endpointOptions.keyFile, needs },
  timeout: {
    ...{ value: '<seconds>', type: positiveNumber, group: 'limits' },
    help: 'time limit of each question to the model',
    default: 120,
    example: '60',
  },
  json: { ...jsonOption.json, help: 'print the findings as one JSON object on stdout' },
  ...colorOption,
} as const satisfies OptionTable;

export type DoctorFlags = FlagsOf<typeof doctorOptions>;
