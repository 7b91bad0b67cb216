import type { RunRecord } from '../../src/model/record.js';
import type { LiveReporter, RunLinks } from '../../src/reporters/reporter.js';
import { sumUp } from '../../src/run/sum-up.js';

/** Finishes a sweep of one run. */
export function finishOne(reporter: LiveReporter, record: RunRecord, links: RunLinks): Promise<void> {
  const facts = { sweepId: record.sweep_id, demo: record.demo, cells: [record], notStarted: [] };
  return reporter.finish(sumUp({ ...facts, interrupted: false, blocked: false }), () => links);
}
