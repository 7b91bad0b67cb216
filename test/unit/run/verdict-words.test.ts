import { describe, expect, it } from 'vitest';
import { call, decide } from './decide-situation.js';
import { limited, overflow, refused, tools, words, writing } from './verdict-situations.js';

describe('explanation, advice and banners', () => {
  it('name the refused request, the reason and the message of the server', () => {
    const { explanation } = decide({
      calls: [tools, tools, { ...refused, error: 'HTTP 400: The model has crashed' }],
    });
    expect(explanation).toBe(
      'The endpoint refused request 3 after accepting 2: it rejected the request (HTTP 400). That is infrastructure, not capability. It said: HTTP 400: The model has crashed',
    );
  });

  it('call a broken connection a failure, not a refusal', () => {
    expect(decide({ calls: [tools, call('connection', { status: 200 })] }).explanation).toContain(
      'The endpoint failed at request 2 after accepting 1: it could not be reached or broke off.',
    );
  });

  it('count the failed calls and say when to retry', () => {
    const later = { ...limited, retry_after_s: 20, error: 'Rate limit reached' };
    const { explanation, advice } = decide({ calls: [later, later] });
    expect(explanation).toBe(
      'The endpoint limited the rate (HTTP 429) in 2 of 2 calls: infrastructure, not capability. It said: Rate limit reached',
    );
    expect(advice).toBe('Retry later, or lower the load on that endpoint. retry-after said 20 s.');
  });

  it('name request and context length, or say that the server named none', () => {
    const error = 'HTTP 400: request (7514 tokens) exceeds the available context size (4096 tokens)';
    expect(decide({ calls: [tools, { ...overflow, error }] }).explanation).toContain(
      "Request 2 of 7,514 tokens was longer than the model's context of 4,096 tokens.",
    );
    expect(decide({ calls: [tools, { ...overflow, error: 'too long' }] }).explanation).toContain(
      "Request 2 was longer than the model's context. The server named no lengths.",
    );
  });

  it('say that the model was still writing', () => {
    const { explanation, banners } = decide({ calls: [writing], stopReason: 'timed_out' });
    expect(explanation).toBe('The model was still writing its first answer when the run was stopped.');
    expect(banners).toEqual(['opencode was stopped after 600 s, the time limit']);
  });

  it.each(['timed_out', 'idle', 'budget', 'crashed'] as const)(
    'show one banner for a passed run that did not finish: %s',
    (stopReason) => {
      expect(decide({ testsPassed: true, stopReason }).banners).toHaveLength(1);
    },
  );

  it('name the spent budget', () => {
    const budget = { maxCalls: 3, maxTokens: 900 };
    expect(decide({ stopReason: 'budget', budget, spentOn: 'tokens' }).banners).toEqual([
      'opencode was stopped: its budget of 900 tokens was spent',
    ]);
  });

  it('say that the model never called a tool', () => {
    expect(decide({ calls: [words] }).banners).toEqual(['The model never called a tool']);
  });

  it('come with exit code 130 for an interrupted run, and 3 for a failed preflight check', () => {
    expect(decide({ stopReason: 'interrupted' }).exitCode).toBe(130);
    const failedCheck = {
      id: 'git',
      title: 'git',
      status: 'fail',
      detail: 'No git.',
      fix: null,
      elapsed_ms: 1,
    } as const;
    expect(decide({ stopReason: 'not_started', calls: [], blocked: failedCheck })).toMatchObject({
      cause: 'preflight.git',
      exitCode: 3,
      explanation: 'No git.',
    });
  });
});
