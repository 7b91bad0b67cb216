import { DONE, type Scenario, WRITE, WRITE_WRONG } from './scenario.js';
import type { Answer } from './scripted-endpoint.js';

const HANG: Answer = { hang: 'before' };
const TOO_LONG: Answer = {
  status: 400,
  message:
    "This model's maximum context length is 4096 tokens. However, your messages resulted in 5210 tokens.",
  code: 'context_length_exceeded',
  type: 'invalid_request_error',
};
const RATE: Answer = {
  status: 429,
  message: 'Rate limit reached for requests per minute',
  code: 'rate_limit_exceeded',
  headers: { 'retry-after': '1' },
};
/** Who stops it while it waits meets no race. */
const WAITS_WHEN_REFUSED = { retries: 1, waitMs: 60_000 };
const NO_JSON: Answer = { call: 'write', args: '{"filePath":"src/a.txt","content":"men' };

/** Every rule of the verdict, most of them more than once; the first word of a name is what the rule looks at. */
export const VERDICT_SCENARIOS: readonly Scenario[] = [
  // Interrupted, or an error of our own.
  {
    name: 'interrupted-waiting-for-the-first-answer',
    script: { main: [HANG] },
    signal: { send: 'SIGINT', afterMainCalls: 1 },
  },
  {
    name: 'interrupted-with-the-bug-mended',
    script: { main: [WRITE, HANG] },
    signal: { send: 'SIGINT', afterMainCalls: 2 },
  },
  { name: 'fault-solution-of-the-task-fails', script: null, argv: ['--demo'], task: { solution: 'exit 3' } },

  // The tests pass after a good call.
  { name: 'passed', script: { main: [WRITE, DONE] } },
  {
    name: 'passed-with-price-and-title',
    script: { main: [WRITE, DONE] },
    agent: { asksForTitle: true },
    argv: ['--price', '0.5,1.5'],
  },
  { name: 'passed-agent-exits-1', script: { main: [WRITE, DONE] }, agent: { ends: 'exits 1' } },
  { name: 'passed-then-endpoint-broke', script: { main: [WRITE, { status: 503, message: 'overloaded' }] } },
  { name: 'passed-then-time-was-up', script: { main: [WRITE, HANG] }, argv: ['--timeout', '6'] },
  {
    name: 'passed-without-a-good-call',
    script: { main: [{ status: 500, message: 'internal error' }] },
    task: { verifier: 'true' },
  },
  { name: 'passed-after-a-refusal', script: { main: [RATE, WRITE, DONE] }, agent: { retries: 2 } },

  // The agent could not start, or never made a main call.
  { name: 'agent-asks-nothing', script: { main: [DONE] }, agent: { asksNothing: true } },
  {
    name: 'agent-asks-nothing-and-exits-1',
    script: { main: [DONE] },
    agent: { asksNothing: true, ends: 'exits 1' },
  },
  { name: 'agent-offers-no-tools', script: { main: [DONE] }, agent: { offersNoTools: true } },
  {
    name: 'agent-title-fails',
    script: { main: [WRITE, DONE], other: { status: 500, message: 'no titles' } },
    agent: { asksForTitle: true },
  },

  // The model's own malformed call.
  { name: 'malformed-call', script: { main: [WRITE_WRONG, NO_JSON] } },
  {
    name: 'malformed-call-told-by-the-server',
    script: {
      main: [
        WRITE_WRONG,
        {
          status: 400,
          message: 'Failed to parse tool call arguments as JSON',
          type: 'invalid_request_error',
        },
      ],
    },
  },

  // The context.
  { name: 'context-outgrown', script: { main: [WRITE_WRONG, TOO_LONG] } },
  { name: 'context-never-fitted', script: { main: [TOO_LONG] } },

  // Limits of the account or of a proxy.
  { name: 'limited-rate', script: { main: [WRITE_WRONG, RATE] }, agent: { retries: 2 } },
  {
    name: 'limited-quota',
    script: {
      main: [
        {
          status: 429,
          message: 'You exceeded your current quota',
          code: 'insufficient_quota',
          type: 'insufficient_quota',
        },
      ],
    },
  },
  {
    name: 'limited-tokens-per-minute',
    script: {
      main: [
        WRITE_WRONG,
        {
          status: 413,
          message: 'Request too large for model on tokens per minute (TPM): Limit 6000, Requested 9000',
          code: 'rate_limit_exceeded',
          type: 'tokens',
        },
      ],
    },
  },
  { name: 'limited-body', script: { main: [{ status: 413, message: 'Request entity too large' }] } },

  // Any other refusal, break or cut.
  {
    name: 'refused-500',
    script: { main: [WRITE_WRONG, { status: 500, message: 'internal error' }] },
    agent: { retries: 1 },
  },
  {
    name: 'refused-key',
    script: { main: [WRITE_WRONG, { status: 401, message: 'Incorrect API key provided' }] },
  },
  {
    name: 'refused-model',
    script: { main: [{ status: 404, message: 'The model does not exist', code: 'model_not_found' }] },
  },
  {
    name: 'refused-request',
    script: { main: [WRITE_WRONG, { status: 400, message: 'tool_choice is not supported' }] },
  },
  { name: 'broke-before-the-answer', script: { main: [WRITE_WRONG, { reset: 'before' }] } },
  { name: 'broke-midway', script: { main: [WRITE_WRONG, { reset: 'midway' }] } },
  {
    name: 'broke-error-inside-a-200',
    script: { main: [WRITE_WRONG, { errorInside: 'CUDA out of memory' }] },
  },
  { name: 'broke-web-page', script: { main: [{ webPage: true }] } },

  // A complete answer with nothing in it.
  { name: 'empty-reply', script: { main: [WRITE_WRONG, { empty: true }] } },
  { name: 'empty-reply-at-once', script: { main: [{ empty: true }] } },
  {
    name: 'empty-reply-reasoning-alone',
    script: { main: [WRITE_WRONG, { empty: true, reasoning: 'I should think on.' }] },
  },

  // The agent died.
  {
    name: 'agent-dies-by-a-signal',
    script: { main: [WRITE_WRONG, DONE] },
    agent: { ends: 'dies by SIGKILL' },
  },
  { name: 'agent-drops-a-call', script: { main: [WRITE] }, agent: { dropsCall: true, ends: 'exits 1' } },

  // Our own limits.
  {
    name: 'limit-calls',
    script: { main: [WRITE_WRONG] },
    argv: ['--max-calls', '3'],
    agent: WAITS_WHEN_REFUSED,
  },
  {
    name: 'limit-tokens',
    script: { main: [WRITE_WRONG] },
    argv: ['--max-tokens', '250'],
    agent: WAITS_WHEN_REFUSED,
  },
  {
    name: 'limit-time-after-work',
    script: { main: [WRITE_WRONG, DONE] },
    agent: { ends: 'sleeps' },
    argv: ['--timeout', '6'],
  },
  {
    name: 'limit-idle',
    script: { main: [WRITE_WRONG, DONE] },
    agent: { ends: 'sleeps' },
    argv: ['--idle-timeout', '4'],
  },
  { name: 'slow-no-first-byte', script: { main: [HANG] }, argv: ['--timeout', '6'] },
  {
    name: 'slow-silent-midway',
    script: { main: [WRITE_WRONG, { hang: 'midway' }] },
    argv: ['--timeout', '6'],
  },
  {
    name: 'slow-waiting-after-refusals',
    script: { main: [RATE] },
    agent: { retries: 50, waitMs: 60_000 },
    argv: ['--timeout', '6'],
  },

  // Otherwise: the model.
  { name: 'model-wrong-edit', script: { main: [WRITE_WRONG, DONE] } },
  { name: 'model-only-talks', script: { main: [{ say: 'The file should say mended.' }] } },
  { name: 'model-only-reads', script: { main: [{ call: 'read', args: { filePath: 'src/a.txt' } }, DONE] } },
  {
    name: 'model-edits-the-tests',
    script: { main: [{ call: 'write', args: { filePath: 'tests/a.txt', content: 'passes\n' } }, DONE] },
  },
  {
    name: 'model-invents-a-tool-call-in-prose',
    script: {
      main: [{ say: '<tool_call>{"name":"write","arguments":{"filePath":"src/a.txt"}}</tool_call>' }],
    },
  },

  // Preflight.
  {
    name: 'preflight-key-refused',
    script: { main: [DONE], probe: { status: 401, message: 'Incorrect API key provided' } },
  },
  {
    name: 'preflight-unknown-model',
    script: {
      main: [DONE],
      probe: { status: 404, message: 'The model does not exist', code: 'model_not_found' },
    },
  },
  { name: 'preflight-no-tool-call', script: { main: [WRITE, DONE], probe: { say: 'I cannot call tools.' } } },
  {
    name: 'preflight-unreachable',
    script: null,
    argv: ['--endpoint', 'http://127.0.0.1:9/v1', '--model', 'm'],
  },
];
