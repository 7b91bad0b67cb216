import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/model/record.js';
import { sweepSchema } from '../../../src/model/sweep-record.js';
import { type SweepResults, toSweepRecord } from '../../../src/run/to-sweep-record.js';
import { failed, passed, unscored } from '../reporters/sample-run.js';

const notStarted = { tui: 'opencode', model: 'm', task_id: 't', why: 'You stopped the sweep.' };
const record = (cells: readonly RunRecord[], more: Partial<SweepResults> = {}) =>
  toSweepRecord({
    sweepId: 's',
    demo: false,
    cells,
    notStarted: [],
    interrupted: false,
    blocked: false,
    ...more,
  });

describe('the exit code of a sweep', () => {
  it.each<[number, readonly RunRecord[], Partial<SweepResults>]>([
    [0, [passed, passed], {}],
    [1, [passed, failed], {}],
    [1, [failed, unscored], {}],
    [4, [passed, unscored], {}],
    [0, [passed], { notStarted: [notStarted] }],
    [2, [], { notStarted: [notStarted] }],
    [3, [failed, unscored], { blocked: true, notStarted: [notStarted] }],
    [130, [failed, unscored], { interrupted: true, blocked: true, notStarted: [notStarted] }],
  ])('is %i', (exitCode, cells, more) => {
    expect(record(cells, more).exit_code).toBe(exitCode);
  });
});

it('counts unscored cells separately, and leaves them out of every mean', () => {
  const sweep = record([passed, failed, unscored, unscored], { notStarted: [notStarted] });
  expect(sweep.counts).toEqual({ passed: 1, failed: 1, unscored: 2, not_started: 1 });
  expect(sweep.mean.cells).toBe(2);
  expect(sweep.mean.composite).toBeCloseTo((0.9595589997758941 + 0.3637) / 2, 12);
  expect(sweep.mean.measured).toBeCloseTo((0.877 + 0.0312) / 2, 12);
  expect(sweepSchema.parse(sweep)).toEqual(sweep);
});

it('has no mean without cells, or when a number was not measured', () => {
  expect(record([unscored]).mean).toEqual({ cells: 0, composite: null, measured: null });
  const { scores } = passed;
  const half = { ...passed, scores: { ...scores, measured: { ...scores.measured, composite: null } } };
  expect(record([passed, half]).mean.measured).toBeNull();
});
