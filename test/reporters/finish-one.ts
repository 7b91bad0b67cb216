import type { RunRecord } from '../../src/model/record.js';
import type { LiveReporter } from '../../src/reporters/live/live-reporter.js';
import type { Kept } from '../../src/reporters/result.js';
import { toSweepRecord } from '../../src/run/to-sweep-record.js';

/** Ends a sweep of this one run. */
export function finishOne(reporter: LiveReporter, record: RunRecord, kept: Kept): Promise<void> {
  const facts = { sweepId: record.sweep_id, demo: record.demo, cells: [record], notStarted: [] };
  return reporter.finish(toSweepRecord({ ...facts, interrupted: false, blocked: false }), () => kept);
}
