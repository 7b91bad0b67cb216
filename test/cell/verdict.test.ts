import { describe, expect, it } from 'vitest';
import { call, decide } from './verdict-facts.js';

describe('the verdict table', () => {
  it.each(['finished', 'timed_out', 'idle', 'budget', 'crashed'] as const)(
    'passed tests pass, though it %s',
    (stopReason) => {
      const { verdict, exitCode, banners } = decide({ testsPassed: true, stopReason });
      expect([verdict, exitCode, banners.length]).toEqual(['passed', 0, stopReason === 'finished' ? 0 : 1]);
    },
  );

  it.each([
    ['finished', null],
    ['timed_out', 'agent.timed_out'],
    ['idle', 'agent.idle'],
    ['budget', 'agent.budget'],
    ['crashed', 'agent.crashed'],
  ] as const)('failed tests after working calls fail: %s', (stopReason, cause) => {
    expect(decide({ stopReason })).toMatchObject({ verdict: 'failed', exitCode: 1, cause });
  });

  it.each([
    'auth',
    'not_found',
    'model_unknown',
    'rate_limited',
    'quota',
    'server_error',
    'timeout',
    'connection',
    'malformed_stream',
  ] as const)('a run that ended on %s is not scored', (cause) => {
    const calls = [call(null), call(cause)];
    expect(decide({ calls, stopReason: 'crashed' })).toMatchObject({
      verdict: 'unscored',
      exitCode: 4,
      cause: `endpoint.${cause}`,
    });
  });

  it('a failure that the agent recovered from does not excuse it', () => {
    expect(decide({ calls: [call('server_error'), call(null)] })).toMatchObject({
      verdict: 'failed',
      cause: null,
    });
  });

  it('no successful call at all is not scored, whatever the cause', () => {
    const calls = [call('context_overflow', { status: 400 })];
    expect(decide({ calls })).toMatchObject({ verdict: 'unscored', cause: 'endpoint.context_overflow' });
  });

  it('a call that only our own time limit cut off is the endpoint not answering', () => {
    const calls = [call('client_abort')];
    expect(decide({ calls, stopReason: 'timed_out' })).toMatchObject({
      verdict: 'unscored',
      cause: 'endpoint.timeout',
    });
  });

  it('a call cut off by the limit after good ones is a run out of time', () => {
    const calls = [call(null), call('client_abort')];
    expect(decide({ calls, stopReason: 'timed_out' })).toMatchObject({
      verdict: 'failed',
      cause: 'agent.timed_out',
    });
  });

  it('passing tests without any successful call prove nothing', () => {
    expect(decide({ testsPassed: true, calls: [call('rate_limited')] }).verdict).toBe('unscored');
    expect(decide({ testsPassed: true, calls: [] })).toMatchObject({
      verdict: 'unscored',
      cause: 'agent.no_calls',
    });
  });

  it('says that the model never called a tool, and scores it', () => {
    const { verdict, cause, banners } = decide({ calls: [call(null, { toolCalls: [] })] });
    expect({ verdict, cause, banners }).toEqual({
      verdict: 'failed',
      cause: 'model.no_tool_calls',
      banners: ['The model never called a tool'],
    });
  });

  it('says how many calls failed, what the server said, and when to come back', () => {
    const limited = call('rate_limited', { status: 429, retryAfterS: 20, error: 'Rate limit reached' });
    const { explanation, advice } = decide({ calls: [limited, limited] });
    expect(explanation).toBe(
      'The endpoint limited the rate (HTTP 429) in 2 of 2 calls: infrastructure, not capability. It said: Rate limit reached',
    );
    expect(advice).toBe('Retry later, or lower the load on that endpoint. retry-after said 20 s.');
  });

  it('an interrupted run is not scored, and exits 130', () => {
    expect(decide({ stopReason: 'interrupted', testsPassed: true })).toMatchObject({
      verdict: 'unscored',
      exitCode: 130,
      cause: 'interrupted',
    });
  });
});
