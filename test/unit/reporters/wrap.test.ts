import { expect, it } from 'vitest';
import wrapAnsi from 'wrap-ansi';
import { wrap } from '../../../src/reporters/text/wrap.js';

/** Deterministic random numbers. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

it('wraps any words as wrap-ansi does', () => {
  const roll = dice(7);
  const words = [
    'a',
    'the',
    'brown',
    'jumps,',
    'x'.repeat(30),
    '漢字',
    'é',
    '\u001B[31mred\u001B[39m',
    '',
    'e\u0301',
  ];
  for (let i = 0; i < 5_000; i += 1) {
    const plain = i % 2 === 0;
    const text = Array.from({ length: roll(30) }, () => words[roll(plain ? 4 : words.length)]).join(' ');
    const width = 8 + roll(40);
    expect(wrap(text, width)).toEqual(wrapAnsi(text, width, { hard: true, trim: true }).split('\n'));
  }
});
