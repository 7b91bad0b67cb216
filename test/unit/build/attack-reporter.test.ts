import { describe, expect, it } from 'vitest';
import { attackOf } from '../../../build/attack-reporter.js';
import type { Aim, Guard } from '../../attacks/attack.js';

const test = (state: 'passed' | 'failed' | 'skipped', attack?: { aim: Aim; guard: Guard }) => ({
  result: () => ({ state, errors: undefined }) as never,
  meta: () => ({ ...(attack && { attack }) }),
  fullName: 'a test',
});

describe('the table of attacks', () => {
  it('counts what is marked as an attack, held when it passed', () => {
    const marked = { aim: 'tests', guard: 'any' } as const;
    expect(attackOf(test('passed', marked))).toMatchObject([{ aim: 'tests', held: true }]);
    expect(attackOf(test('failed', marked))).toMatchObject([{ held: false }]);
    expect(attackOf(test('skipped', marked))).toEqual([]);
  });

  it('counts no other test, whichever file it lies in', () => {
    expect(attackOf(test('passed'))).toEqual([]);
  });
});
