import { expect, it } from 'vitest';
import { reporter } from '../../../src/cli/reporter-flag.js';

it.each<[string, ReturnType<typeof reporter.read>]>([
  ['screen', { name: 'screen', file: null }],
  ['json', { name: 'json', file: null }],
  ['html=out/page.html', { name: 'html', file: 'out/page.html' }],
  ['junit=a=b.xml', { name: 'junit', file: 'a=b.xml' }],
])('%s is read, and written again as it was', (typed, expected) => {
  expect(reporter.read(typed)).toEqual(expected);
  expect(reporter.write(expected)).toBe(typed);
});

it.each([
  ['pdf', /^Reporters: screen, plain, .*json/],
  ['', /^Reporters: /],
  ['html=', 'html= needs a file.'],
  ['plain=run.txt', 'plain shows the run; it writes no file.'],
])('%j is refused', (typed, message) => {
  expect(() => reporter.read(typed)).toThrow(message);
});
