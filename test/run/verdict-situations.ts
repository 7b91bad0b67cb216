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

/** By rule: a situation, what the run is worth, and why. The tests have failed unless it says otherwise. */
export const RULES: Record<string, Row[]> = {
  '1 interrupted, or an error of our own': [
    ['the user stopped it', { stopReason: 'interrupted', testsPassed: true }, 'unscored', 'interrupted'],
    [
      'this program broke',
      { stopReason: 'harness', testsPassed: true, fault: ownError },
      'unscored',
      'harness',
    ],
  ],
  '2 the tests pass after a good call': [
    ['it finished', { testsPassed: true }, 'passed', null],
    ['time ran out', { testsPassed: true, stopReason: 'timed_out' }, 'passed', null],
    ['the endpoint broke afterwards', { testsPassed: true, calls: [tools, refused] }, 'passed', null],
    ['the agent crashed afterwards', { testsPassed: true, stopReason: 'crashed' }, 'passed', null],
    ['without a good call', { testsPassed: true, calls: [limited] }, 'unscored', 'endpoint.rate_limited'],
    ['without any call', { testsPassed: true, calls: [] }, 'unscored', 'agent.no_calls'],
    ['all was given up', { testsPassed: true, calls: [hungUp] }, 'unscored', 'agent.hung_up'],
  ],
  '3 the agent never asked': [
    ['it could not start', { stopReason: 'not_started', calls: [] }, 'unscored', 'agent.not_started'],
    ['it asked nothing', { calls: [] }, 'unscored', 'agent.no_calls'],
    ['it crashed at once', { calls: [], stopReason: 'crashed', exitCode: 139 }, 'unscored', 'agent.no_calls'],
    ['it did nothing until the limit', { calls: [], stopReason: 'idle' }, 'unscored', 'agent.no_calls'],
  ],
  '4 the model wrote a malformed call': [
    ['seen in the answer', { calls: [tools, malformed] }, 'failed', 'model.malformed_call'],
    [
      'reported by the server',
      { calls: [tools, call('malformed_call', { status: 400 })] },
      'failed',
      'model.malformed_call',
    ],
    [
      'at the first call',
      { calls: [call('malformed_call', { status: 400 })] },
      'failed',
      'model.malformed_call',
    ],
    ['and the server refused it back', { calls: [malformed, refused] }, 'failed', 'model.malformed_call'],
    [
      'and the agent crashed on it',
      { calls: [malformed], stopReason: 'crashed' },
      'failed',
      'model.malformed_call',
    ],
    ['and got over it', { calls: [malformed, tools] }, 'failed', 'model.wrong_fix'],
  ],
  '5 the context was exceeded': [
    ['after good calls', { calls: [tools, overflow] }, 'failed', 'model.context_overflow'],
    [
      'and only the summary was answered',
      { calls: [tools, overflow, summary] },
      'failed',
      'model.context_overflow',
    ],
    [
      'in the summary itself',
      { calls: [tools, { ...overflow, offered_tools: 0 }] },
      'failed',
      'model.context_overflow',
    ],
    ['at the first call', { calls: [overflow] }, 'unscored', 'model.context_overflow'],
    [
      'at the first call, after a title',
      { calls: [title, overflow, summary] },
      'unscored',
      'model.context_overflow',
    ],
    ['and a summary helped', { calls: [overflow, summary, tools] }, 'failed', 'model.wrong_fix'],
    [
      'until time ran out',
      { calls: [tools, overflow], stopReason: 'timed_out' },
      'failed',
      'model.context_overflow',
    ],
  ],
  '6 a limit of the account or of a proxy': [
    ['rate', { calls: [tools, limited] }, 'unscored', 'endpoint.rate_limited'],
    ['quota', { calls: [tools, call('quota', { status: 402 })] }, 'unscored', 'endpoint.quota'],
    [
      'body size',
      { calls: [tools, call('request_too_large', { status: 413 })] },
      'unscored',
      'endpoint.request_too_large',
    ],
    ['among other refusals', { calls: [tools, limited, refused] }, 'unscored', 'endpoint.rate_limited'],
    [
      'until time ran out',
      { calls: [tools, limited], stopReason: 'timed_out' },
      'unscored',
      'endpoint.rate_limited',
    ],
  ],
  '7 any other failure of the endpoint': [
    ...(['auth', 'not_found', 'model_unknown', 'bad_request', 'server_error'] as const).flatMap(
      (cause): Row[] => [
        [
          `${cause} in mid-run`,
          { calls: [tools, call(cause, { status: 400 })] },
          'unscored',
          `endpoint.${cause}`,
        ],
        [`${cause} at once`, { calls: [call(cause, { status: 400 })] }, 'unscored', `endpoint.${cause}`],
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
      'a summary refused that the run waited for',
      { calls: [tools, { ...refused, offered_tools: 0 }] },
      'unscored',
      'endpoint.bad_request',
    ],
    [
      'a title refused, and the model had its say',
      { calls: [words, { ...refused, offered_tools: 0 }] },
      'failed',
      'model.no_tool_calls',
    ],
    ['a summary answered after it', { calls: [tools, refused, summary] }, 'unscored', 'endpoint.bad_request'],
    ['the agent got over it', { calls: [refused, tools] }, 'failed', 'model.wrong_fix'],
  ],
  '8 the model said nothing': [
    ['at the end', { calls: [tools, empty] }, 'failed', 'model.empty_reply'],
    [
      'in an answer without any event',
      { calls: [tools, call('empty_reply')] },
      'failed',
      'model.empty_reply',
    ],
    ['at once', { calls: [call('empty_reply')], stopReason: 'crashed' }, 'failed', 'model.empty_reply'],
    ['and was asked again', { calls: [empty, tools] }, 'failed', 'model.wrong_fix'],
    [
      'in a stream that was cut',
      { calls: [tools, call('malformed_stream')] },
      'unscored',
      'endpoint.malformed_stream',
    ],
  ],
  '9 the agent crashed': [
    [
      'by a signal',
      { calls: [words], stopReason: 'crashed', exitCode: null, signal: 'SIGSEGV' },
      'unscored',
      'agent.crashed',
    ],
    [
      'by a signal, inside a sandbox',
      { calls: [words], stopReason: 'crashed', exitCode: 139 },
      'unscored',
      'agent.crashed',
    ],
    ['with a tool call left', { stopReason: 'crashed' }, 'unscored', 'agent.crashed'],
    [
      'an error after the last word',
      { calls: [tools, words], stopReason: 'crashed' },
      'failed',
      'model.wrong_fix',
    ],
    ['no error, a tool call left', { stopReason: 'finished' }, 'failed', 'model.wrong_fix'],
    [
      'an error in the middle of a request',
      { calls: [tools, hungUp], stopReason: 'crashed' },
      'unscored',
      'agent.hung_up',
    ],
  ],
  '10 a limit of ours': [
    ['time', { stopReason: 'timed_out' }, 'failed', 'limit.time'],
    ['idle', { stopReason: 'idle' }, 'failed', 'limit.idle'],
    ['calls', { stopReason: 'budget' }, 'failed', 'limit.calls'],
    ['tokens', { stopReason: 'budget', spentOn: 'tokens' }, 'failed', 'limit.tokens'],
    ['memory', { stopReason: 'limit', limitHit: memory }, 'failed', 'limit.memory'],
    [
      'the first answer was being written',
      { calls: [writing], stopReason: 'timed_out' },
      'failed',
      'limit.time',
    ],
    [
      'an answer was being written',
      { calls: [tools, writing], stopReason: 'timed_out' },
      'failed',
      'limit.time',
    ],
    ['no answer had begun', { calls: [silent], stopReason: 'timed_out' }, 'unscored', 'endpoint.too_slow'],
    [
      'no main answer had begun',
      { calls: [title, silent], stopReason: 'timed_out' },
      'unscored',
      'endpoint.too_slow',
    ],
    ['a long silence', { calls: [tools, silent], stopReason: 'timed_out' }, 'unscored', 'endpoint.too_slow'],
    [
      'a long silence in mid-answer',
      { calls: [tools, { ...writing, silent_ms: 121_000 }], stopReason: 'timed_out' },
      'unscored',
      'endpoint.too_slow',
    ],
    [
      'a silence of less than 120 s',
      { calls: [tools, call('cut_off', { silent_ms: 119_000 })], stopReason: 'timed_out' },
      'failed',
      'limit.time',
    ],
    [
      'a silence as is usual there',
      { calls: [call(null, { time_to_first_token_ms: 70_000 }), silent], stopReason: 'timed_out' },
      'failed',
      'limit.time',
    ],
    [
      'half of the time went to waiting after refusals',
      {
        calls: [{ ...limited, latency_ms: 0 }, call(null, { start_ms: 301_000 })],
        stopReason: 'timed_out',
      },
      'unscored',
      'endpoint.too_slow',
    ],
    [
      'a little of the time went to waiting after refusals',
      {
        calls: [{ ...limited, latency_ms: 0 }, call(null, { start_ms: 30_000 })],
        stopReason: 'timed_out',
      },
      'failed',
      'limit.time',
    ],
    [
      'the agent gave up on a silent call',
      { calls: [tools, { ...silent, cause: 'client_abort' }] },
      'unscored',
      'endpoint.too_slow',
    ],
  ],
  '11 the tests failed': [
    ['the model worked', { calls: [tools, words] }, 'failed', 'model.wrong_fix'],
    ['the model never called a tool', { calls: [words] }, 'failed', 'model.no_tool_calls'],
    ['an agent without tools', { calls: [words], usesTools: false }, 'failed', 'model.wrong_fix'],
    [
      'a request without tools is a main call where none has any',
      { calls: [{ ...tools, offered_tools: 0 }] },
      'failed',
      'model.wrong_fix',
    ],
  ],
};
