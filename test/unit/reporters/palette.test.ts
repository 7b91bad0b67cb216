import { expect, test } from 'vitest';
import { wantsColour } from '../../../src/reporters/text/palette.js';

const terminal = { noColor: undefined, forceColor: undefined, isTTY: true, term: 'xterm-256color' };

test.each([
  ['a terminal', {}, true],
  ['a pipe', { isTTY: false }, false],
  ['TERM=dumb', { term: 'dumb' }, false],
  ['no TERM at all', { term: undefined }, true],
  ['NO_COLOR=1', { noColor: '1' }, false],
  ['an empty NO_COLOR', { noColor: '' }, true],
  ['FORCE_COLOR=1 on a pipe', { forceColor: '1', isTTY: false }, true],
  ['FORCE_COLOR=0 on a terminal', { forceColor: '0' }, false],
  ['FORCE_COLOR=false on a terminal', { forceColor: 'false' }, false],
  ['FORCE_COLOR over NO_COLOR', { forceColor: '1', noColor: '1' }, true],
])('%s', (_name, hints, wanted) => {
  expect(wantsColour({ ...terminal, ...hints })).toBe(wanted);
});
