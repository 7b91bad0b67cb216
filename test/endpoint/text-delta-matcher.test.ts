import { describe, expect, it } from 'vitest';
import { answerReader } from '../../src/endpoint/meter/answer-reader.js';
import { answerSplitter } from '../../src/endpoint/meter/answer-splitter.js';
import { emptyAnswer, type ParsedAnswer } from '../../src/endpoint/meter/parsed-answer.js';
import { chatReader } from '../../src/endpoint/meter/read-chat.js';
import { textDeltaMatcher } from '../../src/endpoint/meter/text-delta-matcher.js';
import { delta, sse, usageChunk } from './scripted-upstream.js';

/** Reads every event as JSON: what the quick way must agree with. */
function readSlowly(bytes: Buffer): ParsedAnswer {
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

/** A generator of the same numbers in each run. */
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

describe('runs of events that differ in their words only', () => {
  it('read as each of them would be, whatever comes between and however it is cut', () => {
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
      expect(reader.end()).toEqual(readSlowly(bytes));
    }
  });

  function runOver(...events: string[]) {
    const said: string[] = [];
    const run = textDeltaMatcher((field, words) => said.push(`${field}: ${words}`));
    const followed = events.filter((event) => {
      if (run.tryTake(event)) return false;
      run.flush();
      run.setTemplate(event, JSON.parse(event));
      return true;
    });
    run.flush();
    return { said, followed: followed.length };
  }
  const chunk = (fields: object) => JSON.stringify(delta(fields));

  it('are found', () => {
    const events = ['a', 'b', 'c'].map((content) => chunk({ content }));
    expect(runOver(...events)).toEqual({ said: ['content: bc'], followed: 1 });
  });
  it('are not found where a key written another way could stand before', () => {
    const odd = (word: string) => `{"\\u0063hoices":[],"choices":[{"delta":{"content":"${word}"}}]}`;
    expect(runOver(odd('a'), odd('b'))).toEqual({ said: [], followed: 2 });
  });
  it('are not found where another field has the same name', () => {
    const odd = (word: string) => `{"content":"${word}","choices":[{"delta":{"content":"a"}}]}`;
    expect(runOver(odd('a'), odd('b'))).toEqual({ said: [], followed: 2 });
  });
  it('are not looked for for ever where every event is of its own', () => {
    const unlike = Array.from({ length: 20 }, (_, n) => chunk({ content: 'x', role: `r${n}` }));
    const alike = ['a', 'b'].map((content) => chunk({ content }));
    expect(runOver(...unlike, ...alike)).toEqual({ said: [], followed: 22 });
  });
});
