import { expect, test } from 'vitest';
import { toJson } from '../../../src/reporters/documents/json.js';
import { passed } from './sample-run.js';

test('a record is equal after parsing', () => {
  expect(JSON.parse(toJson(passed))).toEqual(passed);
});

test('attack: control and bidi characters are escaped, not lost', () => {
  const hostile = { text: 'a\u001B]52;c;x\u0007\u009B31m\u202E\u2028\u007F\uFEFFb' };
  const json = toJson(hostile);
  expect(json).toMatch(/^[\n\u0020-\u007E]*$/);
  expect(JSON.parse(json)).toEqual(hostile);
});
