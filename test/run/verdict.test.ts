import { describe, expect, it } from 'vitest';
import { call, decide } from './decide-situation.js';
import {
  empty,
  hungUp,
  limited,
  malformed,
  overflow,
  RULES,
  refused,
  silent,
  title,
  tools,
  words,
  writing,
} from './verdict-situations.js';

describe.each(Object.entries(RULES))('rule %s', (_, rows) => {
  it.each(rows)('%s', (_, facts, verdict, cause) => {
    const told = decide(facts);
    expect([told.verdict, told.cause]).toEqual([verdict, cause]);
  });
});

describe('whatever the calls and the stop were', () => {
  const calls = [tools, words, title, overflow, refused, limited, empty, malformed, writing, silent, hungUp];
  const pairs = calls.flatMap((first) => [[first], ...calls.map((second) => [first, second])]);
  const runs = [[], ...pairs, ...pairs.flatMap((pair) => calls.map((last) => [...pair, last]))];
  const stops = ['finished', 'crashed', 'timed_out', 'idle', 'budget'] as const;
  const situations = runs.flatMap((calls) => stops.map((stopReason) => ({ calls, stopReason })));
  const good = ({ cause }: (typeof calls)[number]) => cause === null || cause === 'empty_reply';

  it('passing tests pass exactly when an answer had come', () => {
    for (const situation of situations) {
      const { verdict, exitCode } = decide({ ...situation, testsPassed: true });
      expect(verdict === 'passed', JSON.stringify(situation)).toBe(situation.calls.some(good));
      expect(exitCode).toBe(verdict === 'passed' ? 0 : verdict === 'failed' ? 1 : 4);
    }
  });

  it('failing tests never pass, and always have a cause', () => {
    for (const situation of situations) {
      const { verdict, cause } = decide(situation);
      expect(verdict).not.toBe('passed');
      expect(cause).not.toBeNull();
    }
  });

  it('a refusal at the end is never held against the model', () => {
    for (const situation of situations) {
      for (const last of [refused, limited, call('connection'), call('server_error', { status: 500 })]) {
        const before = situation.calls.filter((each) => each !== malformed && each !== overflow);
        const { verdict, cause } = decide({ ...situation, calls: [...before, last] });
        expect([verdict, cause]).toEqual(['unscored', expect.stringMatching(/^endpoint\./)]);
      }
    }
  });

  it("what this program cut off is never told as the endpoint's word", () => {
    const cut = { error: 'OUR OWN WORDS' };
    for (const situation of situations) {
      const calls = situation.calls.map((each) => (each.cause === 'cut_off' ? { ...each, ...cut } : each));
      expect(JSON.stringify(decide({ ...situation, calls }))).not.toContain(cut.error);
    }
  });
});
