import { describe, expect, it } from 'vitest';
import { call, decide } from './decide-situation.js';
import {
  empty,
  hungUp,
  limited,
  malformed,
  overflow,
  refused,
  silent,
  title,
  tools,
  VERDICTS,
  words,
  writing,
} from './verdict-situations.js';

describe.each(Object.entries(VERDICTS))('%s', (_, rows) => {
  it.each(rows)('%s', (_, facts, verdict, cause) => {
    const result = decide(facts);
    expect([result.verdict, result.cause]).toEqual([verdict, cause]);
  });
});

describe('for all sequences of calls and all stop reasons', () => {
  const calls = [tools, words, title, overflow, refused, limited, empty, malformed, writing, silent, hungUp];
  const pairs = calls.flatMap((first) => [[first], ...calls.map((second) => [first, second])]);
  const runs = [[], ...pairs, ...pairs.flatMap((pair) => calls.map((last) => [...pair, last]))];
  const stops = ['finished', 'crashed', 'timed_out', 'idle', 'budget'] as const;
  const situations = runs.flatMap((calls) => stops.map((stopReason) => ({ calls, stopReason })));
  const good = ({ cause }: (typeof calls)[number]) => cause === null || cause === 'empty_reply';

  it('a run with passing tests passes exactly when the model answered at least once', () => {
    for (const situation of situations) {
      const { verdict, exitCode } = decide({ ...situation, testsPassed: true });
      expect(verdict === 'passed', JSON.stringify(situation)).toBe(situation.calls.some(good));
      expect(exitCode).toBe(verdict === 'passed' ? 0 : verdict === 'failed' ? 1 : 4);
    }
  });

  it('a run with failing tests never passes and always has a cause', () => {
    for (const situation of situations) {
      const { verdict, cause } = decide(situation);
      expect(verdict).not.toBe('passed');
      expect(cause).not.toBeNull();
    }
  });

  it('a run that ends with a refusal of the endpoint is unscored', () => {
    for (const situation of situations) {
      for (const last of [refused, limited, call('connection'), call('server_error', { status: 500 })]) {
        const before = situation.calls.filter((each) => each !== malformed && each !== overflow);
        const { verdict, cause } = decide({ ...situation, calls: [...before, last] });
        expect([verdict, cause]).toEqual(['unscored', expect.stringMatching(/^endpoint\./)]);
      }
    }
  });

  it("an error of a call that this program ended is never quoted as the endpoint's message", () => {
    const cut = { error: 'OUR OWN WORDS' };
    for (const situation of situations) {
      const calls = situation.calls.map((each) => (each.cause === 'cut_off' ? { ...each, ...cut } : each));
      expect(JSON.stringify(decide({ ...situation, calls }))).not.toContain(cut.error);
    }
  });
});
