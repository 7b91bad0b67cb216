import { expect, it } from 'vitest';
import { splitList } from '../../src/cli/split-list.js';

it.each<[string, string[]]>([
  ['a', ['a']],
  ['a,b', ['a', 'b']],
  ['a, b,,a', ['a', 'b']],
  ['mutations/{js,rust}-*,polyglot/*', ['mutations/{js,rust}-*', 'polyglot/*']],
])('%s names %j', (text, names) => {
  expect(splitList(text)).toEqual(names);
});
