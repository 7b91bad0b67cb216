import { call, type Situation } from './decide-situation.js';

type Row = [situation: string, facts: Situation, verdict: string, cause: string | null];

export const tools = call(null);
export const words = call(null, { tool_calls: [], text: 'Done.' });
export const title = call(null, { offered_tools: 0, tool_calls: [], text: 'A title' });
const summary = title;
export const overflow = call('context_overflow', { status: 400 });
export const refused = call('bad_request', { status: 400 });
export const limited = call('rate_limited', { status: 429 });
export const empty = call(null, { tool_calls: [], flaw: 'empty' });
export const malformed = call(null, { flaw: 'malformed_call' });
export const writing = call('cut_off', { time_to_first_token_ms: 900, latency_ms: 500_000, status: 200 });
export const silent = call('cut_off', { latency_ms: 130_000, silent_ms: 130_000 });
export const hungUp = call('client_abort');
const memory = { kind: 'memory', what: 'it used more than 4 GB of memory' } as const;
const ownError = { message: 'x', fix: 'y' };

/** Rule → situations, each with its verdict and cause. The tests of a situation have failed unless it says otherwise. */
export const VERDICTS: Record<string, Row[]> = {
  'A run is unscored when the user interrupts it or this program fails': [
    ['the user interrupts', { stopReason: 'interrupted', testsPassed: true }, 'unscored', 'interrupted'],
    [
      'this program fails',
      { stopReason: 'harness', testsPassed: true, fault: ownError },
      'unscored',
      'harness',
    ],
  ],
  'A run passes when its tests pass and the model has answered at least once': [
    ['the agent finishes', { testsPassed: true }, 'passed', null],
    ['the time limit stops the agent', { testsPassed: true, stopReason: 'timed_out' }, 'passed', null],
    ['the endpoint fails at the end', { testsPassed: true, calls: [tools, refused] }, 'passed', null],
    ['the agent crashes at the end', { testsPassed: true, stopReason: 'crashed' }, 'passed', null],
    [
      'but the endpoint refused every call',
      { testsPassed: true, calls: [limited] },
      'unscored',
      'endpoint.rate_limited',
    ],
    ['but the agent made no call', { testsPassed: true, calls: [] }, 'unscored', 'agent.no_calls'],
    [
      'but the agent gave up on its only call',
      { testsPassed: true, calls: [hungUp] },
      'unscored',
      'agent.hung_up',
    ],
  ],
  'A run is unscored when the agent never calls the model': [
    ['the agent does not start', { stopReason: 'not_started', calls: [] }, 'unscored', 'agent.not_started'],
    ['the agent finishes without a call', { calls: [] }, 'unscored', 'agent.no_calls'],
    [
      'the agent crashes without a call',
      { calls: [], stopReason: 'crashed', exitCode: 139 },
      'unscored',
      'agent.no_calls',
    ],
    ['the agent is idle until the limit', { calls: [], stopReason: 'idle' }, 'unscored', 'agent.no_calls'],
  ],
  'A run fails when it ends after a malformed tool call of the model': [
    ['the arguments are no JSON object', { calls: [tools, malformed] }, 'failed', 'model.malformed_call'],
    [
      'the server reports it',
      { calls: [tools, call('malformed_call', { status: 400 })] },
      'failed',
      'model.malformed_call',
    ],
    [
      'the server reports it for the first call',
      { calls: [call('malformed_call', { status: 400 })] },
      'failed',
      'model.malformed_call',
    ],
    [
      'the server refuses the next request',
      { calls: [malformed, refused] },
      'failed',
      'model.malformed_call',
    ],
    ['the agent crashes', { calls: [malformed], stopReason: 'crashed' }, 'failed', 'model.malformed_call'],
    ['but not when a good answer follows', { calls: [malformed, tools] }, 'failed', 'model.wrong_fix'],
  ],
  'A run fails when it ends because the conversation outgrew the context': [
    ['after good answers', { calls: [tools, overflow] }, 'failed', 'model.context_overflow'],
    [
      'the summary request is still answered',
      { calls: [tools, overflow, summary] },
      'failed',
      'model.context_overflow',
    ],
    [
      'the summary request is too long',
      { calls: [tools, { ...overflow, offered_tools: 0 }] },
      'failed',
      'model.context_overflow',
    ],
    [
      'but is unscored when the first request is too long',
      { calls: [overflow] },
      'unscored',
      'model.context_overflow',
    ],
    [
      'but is unscored when the first request with tools is too long',
      { calls: [title, overflow, summary] },
      'unscored',
      'model.context_overflow',
    ],
    [
      'but not when the agent goes on after a summary',
      { calls: [overflow, summary, tools] },
      'failed',
      'model.wrong_fix',
    ],
    [
      'the time limit stops the agent afterwards',
      { calls: [tools, overflow], stopReason: 'timed_out' },
      'failed',
      'model.context_overflow',
    ],
  ],
  'A run is unscored when a limit of the account or of a proxy ends it': [
    ['rate limit', { calls: [tools, limited] }, 'unscored', 'endpoint.rate_limited'],
    ['quota', { calls: [tools, call('quota', { status: 402 })] }, 'unscored', 'endpoint.quota'],
    [
      'body size',
      { calls: [tools, call('request_too_large', { status: 413 })] },
      'unscored',
      'endpoint.request_too_large',
    ],
    [
      'a rate limit, then another refusal',
      { calls: [tools, limited, refused] },
      'unscored',
      'endpoint.rate_limited',
    ],
    [
      'a rate limit until the time limit',
      { calls: [tools, limited], stopReason: 'timed_out' },
      'unscored',
      'endpoint.rate_limited',
    ],
  ],
  'A run is unscored when the endpoint fails and the agent cannot go on': [
    ...(['auth', 'not_found', 'model_unknown', 'bad_request', 'server_error'] as const).flatMap(
      (cause): Row[] => [
        [
          `${cause} after a good answer`,
          { calls: [tools, call(cause, { status: 400 })] },
          'unscored',
          `endpoint.${cause}`,
        ],
        [
          `${cause} at the first call`,
          { calls: [call(cause, { status: 400 })] },
          'unscored',
          `endpoint.${cause}`,
        ],
      ],
    ),
    ...(['timeout', 'connection', 'malformed_stream'] as const).map(
      (cause): Row => [
        cause,
        { calls: [tools, call(cause)], stopReason: 'crashed' },
        'unscored',
        `endpoint.${cause}`,
      ],
    ),
    [
      'it refuses a summary that the agent waits for',
      { calls: [tools, { ...refused, offered_tools: 0 }] },
      'unscored',
      'endpoint.bad_request',
    ],
    [
      'but not when it refuses only a title after the last answer',
      { calls: [words, { ...refused, offered_tools: 0 }] },
      'failed',
      'model.no_tool_calls',
    ],
    [
      'it refuses a request but answers the summary',
      { calls: [tools, refused, summary] },
      'unscored',
      'endpoint.bad_request',
    ],
    ['but not when a good answer follows', { calls: [refused, tools] }, 'failed', 'model.wrong_fix'],
  ],
  'A run fails when it ends after an empty answer of the model': [
    ['without text and tool call', { calls: [tools, empty] }, 'failed', 'model.empty_reply'],
    ['without any event', { calls: [tools, call('empty_reply')] }, 'failed', 'model.empty_reply'],
    [
      'at the first call',
      { calls: [call('empty_reply')], stopReason: 'crashed' },
      'failed',
      'model.empty_reply',
    ],
    ['but not when a good answer follows', { calls: [empty, tools] }, 'failed', 'model.wrong_fix'],
    [
      'but is unscored when the stream is broken',
      { calls: [tools, call('malformed_stream')] },
      'unscored',
      'endpoint.malformed_stream',
    ],
  ],
  'A run is unscored when the agent crashes before it is done': [
    [
      'a signal kills it',
      { calls: [words], stopReason: 'crashed', exitCode: null, signal: 'SIGSEGV' },
      'unscored',
      'agent.crashed',
    ],
    [
      'a signal kills it inside a sandbox',
      { calls: [words], stopReason: 'crashed', exitCode: 139 },
      'unscored',
      'agent.crashed',
    ],
    [
      'it exits with an error before it executes a tool call',
      { stopReason: 'crashed' },
      'unscored',
      'agent.crashed',
    ],
    [
      'but fails when it exits with an error after the last answer',
      { calls: [tools, words], stopReason: 'crashed' },
      'failed',
      'model.wrong_fix',
    ],
    [
      'but fails when it exits without an error before it executes a tool call',
      { stopReason: 'finished' },
      'failed',
      'model.wrong_fix',
    ],
    [
      'it exits with an error during a request',
      { calls: [tools, hungUp], stopReason: 'crashed' },
      'unscored',
      'agent.hung_up',
    ],
  ],
  'A run fails at a limit, but is unscored when a slow endpoint is the reason': [
    ['time limit', { stopReason: 'timed_out' }, 'failed', 'limit.time'],
    ['idle limit', { stopReason: 'idle' }, 'failed', 'limit.idle'],
    ['call budget', { stopReason: 'budget' }, 'failed', 'limit.calls'],
    ['token budget', { stopReason: 'budget', spentOn: 'tokens' }, 'failed', 'limit.tokens'],
    ['memory limit', { stopReason: 'limit', limitHit: memory }, 'failed', 'limit.memory'],
    ['during the first answer', { calls: [writing], stopReason: 'timed_out' }, 'failed', 'limit.time'],
    ['during a later answer', { calls: [tools, writing], stopReason: 'timed_out' }, 'failed', 'limit.time'],
    [
      'unscored: no answer began',
      { calls: [silent], stopReason: 'timed_out' },
      'unscored',
      'endpoint.too_slow',
    ],
    [
      'unscored: no answer to a request with tools began',
      { calls: [title, silent], stopReason: 'timed_out' },
      'unscored',
      'endpoint.too_slow',
    ],
    [
      'unscored: the pending request was silent for long',
      { calls: [tools, silent], stopReason: 'timed_out' },
      'unscored',
      'endpoint.too_slow',
    ],
    [
      'unscored: the pending answer stopped for long',
      { calls: [tools, { ...writing, silent_ms: 121_000 }], stopReason: 'timed_out' },
      'unscored',
      'endpoint.too_slow',
    ],
    [
      'silent for less than 120 s',
      { calls: [tools, call('cut_off', { silent_ms: 119_000 })], stopReason: 'timed_out' },
      'failed',
      'limit.time',
    ],
    [
      'silent for less than twice the longest wait',
      { calls: [call(null, { time_to_first_token_ms: 70_000 }), silent], stopReason: 'timed_out' },
      'failed',
      'limit.time',
    ],
    [
      'unscored: half of the time was spent waiting after refusals',
      {
        calls: [{ ...limited, latency_ms: 0 }, call(null, { start_ms: 301_000 })],
        stopReason: 'timed_out',
      },
      'unscored',
      'endpoint.too_slow',
    ],
    [
      'little time was spent waiting after refusals',
      {
        calls: [{ ...limited, latency_ms: 0 }, call(null, { start_ms: 30_000 })],
        stopReason: 'timed_out',
      },
      'failed',
      'limit.time',
    ],
    [
      'unscored: the agent gave up on a silent request',
      { calls: [tools, { ...silent, cause: 'client_abort' }] },
      'unscored',
      'endpoint.too_slow',
    ],
  ],
  'Otherwise a run fails because its tests fail': [
    ['the model called tools', { calls: [tools, words] }, 'failed', 'model.wrong_fix'],
    ['the model never called a tool', { calls: [words] }, 'failed', 'model.no_tool_calls'],
    [
      'the agent offers no tools by design',
      { calls: [words], usesTools: false },
      'failed',
      'model.wrong_fix',
    ],
    [
      'the agent sent requests without tools only',
      { calls: [{ ...tools, offered_tools: 0 }] },
      'failed',
      'model.wrong_fix',
    ],
  ],
};
