import { expect, it } from 'vitest';
import { readContextLengths } from '../../../src/endpoint/meter/context-lengths.js';

it.each([
  [
    'HTTP 400: request (7514 tokens) exceeds the available context size (4096 tokens), try increasing it',
    7514,
    4096,
  ],
  [
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 10000 tokens.",
    10_000,
    8192,
  ],
  [
    "This model's maximum context length is 4096 tokens. However, you requested 8000 tokens (7000 in the messages, 1000 in the completion).",
    8000,
    4096,
  ],
  ['prompt is too long: 210000 tokens > 200000 maximum', 210_000, 200_000],
  [
    'The input token count (1,200,000) exceeds the maximum number of tokens allowed (1,048,576).',
    1_200_000,
    1_048_576,
  ],
  ["This model's maximum context length is 8192 tokens.", null, 8192],
  ['The prompt of llama-3.1-70b with 9000 tokens is too long.', 9000, null],
  ['HTTP 400: the prompt is too long', null, null],
])('reads both lengths from: %s', (message, asked, limit) => {
  expect(readContextLengths(message)).toEqual({ asked, limit });
});
