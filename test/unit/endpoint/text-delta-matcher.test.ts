import { describe, expect, it } from 'vitest';
import { answerReader } from '../../../src/endpoint/meter/answer-reader.js';
import { answerSplitter } from '../../../src/endpoint/meter/answer-splitter.js';
import { emptyAnswer, type ParsedAnswer } from '../../../src/endpoint/meter/parsed-answer.js';
import { chatReader } from '../../../src/endpoint/meter/read-chat.js';
import { textDeltaMatcher } from '../../../src/endpoint/meter/text-delta-matcher.js';
import { delta, sse, usageChunk } from './scripted-upstream.js';

/** Parses every event as JSON. The matcher must give the same answer. */
function readWithoutMatcher(bytes: Buffer): ParsedAnswer {
  const answer = emptyAnswer();
  const pieces = answerSplitter({
    onValue: chatReader(answer).onValue,
    onDone: () => {
      answer.complete = true;
    },
    onMalformed: (why) => {
      answer.malformed ??= why;
    },
  });
  pieces.push(bytes);
  pieces.end();
  return answer;
}

/** A seeded random generator. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const WORDS = [
  'plain ',
  'Hé 🦀',
  'a "quote"',
  'back\\slash',
  'two\nlines',
  '',
  '"content":',
  '{"a":1}',
  '\u0007',
];
const EVENTS: Array<(word: string) => object> = [
  (content) => delta({ content }),
  (content) => delta({ content }),
  (content) => delta({ content }),
  (content) => delta({ role: 'assistant', content, refusal: null }),
  (word) => delta({ content: '', reasoning_content: word }),
  (word) => delta({ content: word, reasoning_content: 'both' }),
  (word) =>
    delta({ content: word, tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: 'x' } }] }),
  (word) => delta({ content: [{ type: 'text', text: word }] }),
  (word) => ({ ...delta({ content: word }), usage: { prompt_tokens: 3, completion_tokens: 4 } }),
  (word) => ({
    choices: [
      { index: 0, delta: { content: 'first' } },
      { index: 1, delta: { content: word } },
    ],
  }),
  (word) => ({ content: word, choices: [{ index: 0, delta: { content: word } }] }),
];

describe('events that differ only in their text', () => {
  it('give the same answer as without the matcher, for random streams and chunk sizes', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const below = numbers(seed);
      const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
      const spaced = below(2) === 1;
      const events: string[] = [];
      while (events.length < 120) {
        const event = pick(EVENTS);
        for (let n = below(12); n >= 0; n--) {
          const json = JSON.stringify(event(pick(WORDS)), null, spaced ? 1 : 0);
          events.push(spaced ? json.replace(/\n\s*/g, ' ') : json);
        }
      }
      const bytes = Buffer.from(sse(...events, usageChunk(7, 8), '[DONE]'));
      const reader = answerReader('chat');
      for (let at = 0; at < bytes.length; ) {
        const end = at + 1 + below(seed % 3 === 0 ? 40 : 4000);
        reader.push(bytes.subarray(at, end));
        at = end;
      }
      expect(reader.end()).toEqual(readWithoutMatcher(bytes));
    }
  });

  function match(...events: string[]) {
    const texts: string[] = [];
    const matcher = textDeltaMatcher((field, text) => texts.push(`${field}: ${text}`));
    const parsed = events.filter((event) => {
      if (matcher.tryTake(event)) return false;
      matcher.flush();
      matcher.setTemplate(event, JSON.parse(event));
      return true;
    });
    matcher.flush();
    return { texts, parsed: parsed.length };
  }
  const chunk = (fields: object) => JSON.stringify(delta(fields));

  it('are matched', () => {
    const events = ['a', 'b', 'c'].map((content) => chunk({ content }));
    expect(match(...events)).toEqual({ texts: ['content: bc'], parsed: 1 });
  });
  it('are not matched when the same key may come earlier in an escaped spelling', () => {
    const odd = (word: string) => `{"\\u0063hoices":[],"choices":[{"delta":{"content":"${word}"}}]}`;
    expect(match(odd('a'), odd('b'))).toEqual({ texts: [], parsed: 2 });
  });
  it('are not matched when another field has the same name', () => {
    const odd = (word: string) => `{"content":"${word}","choices":[{"delta":{"content":"a"}}]}`;
    expect(match(odd('a'), odd('b'))).toEqual({ texts: [], parsed: 2 });
  });
  it('are no longer looked for after many different events', () => {
    const unlike = Array.from({ length: 20 }, (_, n) => chunk({ content: 'x', role: `r${n}` }));
    const alike = ['a', 'b'].map((content) => chunk({ content }));
    expect(match(...unlike, ...alike)).toEqual({ texts: [], parsed: 22 });
  });
});
