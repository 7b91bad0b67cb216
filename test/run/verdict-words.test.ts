import { describe, expect, it } from 'vitest';
import { call, decide } from './decide-situation.js';
import { limited, overflow, refused, tools, words, writing } from './verdict-situations.js';

describe('what is said', () => {
  it('which request was refused after how many, why, and in whose words', () => {
    const { explanation } = decide({
      calls: [tools, tools, { ...refused, error: 'HTTP 400: The model has crashed' }],
    });
    expect(explanation).toBe(
      'The endpoint refused request 3 after accepting 2: it rejected the request (HTTP 400). That is infrastructure, not capability. It said: HTTP 400: The model has crashed',
    );
  });

  it('a break is no refusal', () => {
    expect(decide({ calls: [tools, call('connection', { status: 200 })] }).explanation).toContain(
      'The endpoint failed at request 2 after accepting 1: it could not be reached or broke off.',
    );
  });

  it('how many calls failed when none was good, and when to come back', () => {
    const later = { ...limited, retry_after_s: 20, error: 'Rate limit reached' };
    const { explanation, advice } = decide({ calls: [later, later] });
    expect(explanation).toBe(
      'The endpoint limited the rate (HTTP 429) in 2 of 2 calls: infrastructure, not capability. It said: Rate limit reached',
    );
    expect(advice).toBe('Retry later, or lower the load on that endpoint. retry-after said 20 s.');
  });

  it('both lengths of an overflow, and that they are unknown', () => {
    const error = 'HTTP 400: request (7514 tokens) exceeds the available context size (4096 tokens)';
    expect(decide({ calls: [tools, { ...overflow, error }] }).explanation).toContain(
      "Request 2 of 7,514 tokens was longer than the model's context of 4,096 tokens.",
    );
    expect(decide({ calls: [tools, { ...overflow, error: 'too long' }] }).explanation).toContain(
      "Request 2 was longer than the model's context. The server named no lengths.",
    );
  });

  it('that the model was still writing', () => {
    const { explanation, banners } = decide({ calls: [writing], stopReason: 'timed_out' });
    expect(explanation).toBe('The model was still writing its first answer when the run was stopped.');
    expect(banners).toEqual(['opencode was stopped after 600 s, the time limit']);
  });

  it.each(['timed_out', 'idle', 'budget', 'crashed'] as const)(
    'that a passed run did not finish: %s',
    (stopReason) => {
      expect(decide({ testsPassed: true, stopReason }).banners).toHaveLength(1);
    },
  );

  it('which budget was spent', () => {
    const budget = { maxCalls: 3, maxTokens: 900 };
    expect(decide({ stopReason: 'budget', budget, spentOn: 'tokens' }).banners).toEqual([
      'opencode was stopped: its budget of 900 tokens was spent',
    ]);
  });

  it('that the model never called a tool', () => {
    expect(decide({ calls: [words] }).banners).toEqual(['The model never called a tool']);
  });

  it('an interrupted run exits 130, and a fault as it says', () => {
    expect(decide({ stopReason: 'interrupted' }).exitCode).toBe(130);
    const no = {
      id: 'git',
      title: 'git',
      status: 'fail',
      detail: 'No git.',
      fix: null,
      elapsed_ms: 1,
    } as const;
    expect(decide({ stopReason: 'not_started', calls: [], blocked: no })).toMatchObject({
      cause: 'preflight.git',
      exitCode: 3,
      explanation: 'No git.',
    });
  });
});
