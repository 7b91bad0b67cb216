import { describe, expect, it } from 'vitest';
import { classifyAnswer, classifyFault } from '../../../src/endpoint/meter/classify-call.js';
import { readErrorBody } from '../../../src/endpoint/probe/api-error.js';
import type { CallCause } from '../../../src/model/model-call.js';

const openai = (message: string, code: string | null = null, type = 'invalid_request_error') => ({
  error: { message, type, param: null, code },
});

const ANSWERS: Array<[string, number, unknown, CallCause]> = [
  ['OpenAI bad key', 401, openai('Incorrect API key provided: [key].', 'invalid_api_key'), 'auth'],
  ['forbidden', 403, openai('Project does not have access'), 'auth'],
  [
    'Google bad key',
    400,
    [
      {
        error: {
          code: 400,
          message: 'API key not valid. Please pass a valid API key.',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
    'auth',
  ],
  [
    'OpenAI rate limit',
    429,
    openai('Rate limit reached for gpt on requests per min', 'rate_limit_exceeded', 'requests'),
    'rate_limited',
  ],
  [
    'OpenAI quota',
    429,
    openai(
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
    ),
    'quota',
  ],
  ['OpenRouter credits', 402, { error: { code: 402, message: 'Insufficient credits. Add more' } }, 'quota'],
  [
    'Groq tokens per minute',
    413,
    openai('Request too large for model on tokens per minute (TPM)', 'rate_limit_exceeded', 'tokens'),
    'rate_limited',
  ],
  [
    'nginx body size',
    413,
    '<html><head><title>413 Request Entity Too Large</title></head><body><center><h1>413 Request Entity Too Large</h1></center><hr><center>nginx/1.27.3</center></body></html>',
    'request_too_large',
  ],
  ['a body limit with another status', 400, { message: 'Request body too large' }, 'request_too_large'],
  [
    'Groq malformed call',
    400,
    {
      error: {
        message: "Failed to call a function. Please adjust your prompt. See 'failed_generation'.",
        type: 'invalid_request_error',
        code: 'tool_use_failed',
        failed_generation: '<function=read{"path":}</function>',
      },
    },
    'malformed_call',
  ],
  [
    'Ollama malformed call',
    500,
    { error: `error parsing tool call: raw='{"path":', err=unexpected end of JSON input` },
    'malformed_call',
  ],
  [
    'OpenAI context',
    400,
    openai("This model's maximum context length is 8192 tokens.", 'context_length_exceeded'),
    'context_overflow',
  ],
  [
    'vLLM context',
    400,
    {
      object: 'error',
      message: "This model's maximum context length is 4096 tokens. However, you requested 5000",
      code: 400,
    },
    'context_overflow',
  ],
  [
    'llama.cpp context',
    500,
    openai('the request exceeds the available context size. try increasing it'),
    'context_overflow',
  ],
  ['Anthropic style', 400, openai('prompt is too long: 210000 tokens > 200000 maximum'), 'context_overflow'],
  [
    'OpenAI model',
    404,
    openai('The model `gpt-9` does not exist or you do not have access to it.', 'model_not_found'),
    'model_unknown',
  ],
  [
    'vLLM model',
    404,
    { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 },
    'model_unknown',
  ],
  ['Ollama model', 404, { error: { message: 'model "x" not found, try pulling it first' } }, 'model_unknown'],
  [
    'OpenRouter model',
    400,
    { error: { message: 'x/y is not a valid model ID', code: 400 } },
    'model_unknown',
  ],
  ['FastAPI path', 404, { detail: 'Not Found' }, 'not_found'],
  ['nginx path', 404, '<html><head><title>404 Not Found</title></head></html>', 'not_found'],
  ['wrong method', 405, { detail: 'Method Not Allowed' }, 'not_found'],
  ['tools unsupported', 400, { error: { message: 'x does not support tools' } }, 'bad_request'],
  ['validation', 422, { detail: [{ msg: 'field required', loc: ['body'] }] }, 'bad_request'],
  ['gateway timeout', 504, 'upstream timed out', 'timeout'],
  ['Cloudflare timeout', 524, '', 'timeout'],
  ['request timeout', 408, '', 'timeout'],
  ['overloaded', 529, openai('Overloaded', null, 'overloaded_error'), 'server_error'],
  ['loading', 503, openai('Loading model', null, 'unavailable_error'), 'server_error'],
  ['bare', 500, '', 'server_error'],
  ['moved', 301, '', 'not_found'],
];

describe('classifies an answer by its status and error body', () => {
  it.each(ANSWERS)('%s', (_, status, body, cause) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(classifyAnswer(status, readErrorBody(text))).toBe(cause);
  });
});

it.each([
  ['ECONNREFUSED', 'connection'],
  ['ENOTFOUND', 'connection'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connection'],
  ['UND_ERR_SOCKET', 'connection'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'connection'],
  ['', 'connection'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['HPE_INVALID_CONSTANT', 'malformed_stream'],
  ['Z_BUF_ERROR', 'malformed_stream'],
])('classifies the socket error %j as %s', (code, cause) => {
  expect(classifyFault(code)).toBe(cause);
});
