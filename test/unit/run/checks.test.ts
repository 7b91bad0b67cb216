import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startClock } from '../../../src/host/clock.js';
import { UsageError } from '../../../src/model/errors.js';
import { type CheckSpec, firstFailure, runChecks } from '../../../src/run/checks.js';

const spec = (id: string, run: CheckSpec['run']): CheckSpec => ({ id, title: id, run });
const ok = async () => ({ status: 'ok' as const, detail: 'there' });
const failing = async () => {
  throw new UsageError('not there', { code: 'usage.missing', fix: 'Install it.' });
};

it('returns all checks in their order, and reports each as it ends', async () => {
  const ended: string[] = [];
  const late = async () => {
    await delay(20);
    return ok();
  };
  const checks = await runChecks([spec('late', late), spec('early', ok)], startClock(), ({ id }) => {
    ended.push(id);
  });
  expect(checks.map(({ id }) => id)).toEqual(['late', 'early']);
  expect(ended).toEqual(['early', 'late']);
  expect(firstFailure(checks)).toBeNull();
});

it('turns a CabError into a failed check, and throws any other error', async () => {
  const checks = await runChecks([spec('a', ok), spec('b', failing), spec('c', failing)], startClock());
  expect(firstFailure(checks)).toMatchObject({
    id: 'b',
    status: 'fail',
    detail: 'not there',
    fix: 'Install it.',
  });
  const broken = spec('d', () => Promise.reject(new TypeError('a bug')));
  await expect(runChecks([broken], startClock())).rejects.toThrow('a bug');
});
