import type { FlagsOf, OptionTable } from './option.js';
import { text } from './value-types.js';

/** Endpoint, model and key, the same for every command. */
export const endpointOptions = {
  endpoint: {
    ...{ value: '<url>', type: text, env: 'CAB_ENDPOINT', common: true, group: 'model' },
    help: 'OpenAI-compatible base URL',
    question: 'Where is the model?',
    more: 'llama.cpp, vLLM, Ollama, LM Studio, a provider; it usually ends in /v1',
    example: 'http://127.0.0.1:8080/v1',
  },
  model: {
    ...{ value: '<id>', type: text, env: 'CAB_MODEL', common: true, group: 'model' },
    help: 'id as the endpoint knows it',
    question: 'Which model?',
    more: 'may be left out when the server lists exactly one',
    example: 'openai/gpt-oss-120b',
  },
  key: {
    ...{ value: '<key>', type: text, env: 'CAB_KEY', secret: true, group: 'model' },
    help: 'API key; "-" reads it from stdin',
    question: 'Which key?',
    more: 'on the command line, other processes can read it',
    example: '-',
    excludes: [
      {
        options: ['keyFile'],
        code: 'usage.two_keys',
        message: '{this} and {other} were both given.',
        fix: 'Give one of them.',
      },
    ],
  },
  keyFile: {
    ...{ value: '<file>', type: text, common: true, group: 'model' },
    help: 'file that holds the API key; or put the key in CAB_KEY',
    example: './provider.key',
  },
} as const satisfies OptionTable;

export type EndpointFlags = FlagsOf<typeof endpointOptions>;
