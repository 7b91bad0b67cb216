import { CabError } from '../model/errors.js';
import type { Check } from '../model/record.js';
import { round } from './published.js';
import type { Trace } from './trace.js';

export interface Outcome {
  status: Check['status'];
  detail: string;
  fix?: string | null;
}

/** One thing that must be right before an agent starts. */
export interface CheckSpec {
  id: string;
  title: string;
  /** A CabError thrown here is a `fail` with its message and fix. */
  run(): Promise<Outcome>;
}

/** Runs the checks side by side, each reported as it ends. Returns the first failure in list order, or null. */
export async function runChecks(trace: Trace, specs: readonly CheckSpec[]): Promise<Check | null> {
  const checks = await Promise.all(specs.map((spec) => runCheck(trace, spec)));
  return checks.find(({ status }) => status === 'fail') ?? null;
}

async function runCheck(trace: Trace, { id, title, run }: CheckSpec): Promise<Check> {
  const startMs = trace.clock.now();
  const outcome = await run().catch((error: unknown): Outcome => {
    if (!(error instanceof CabError)) throw error;
    return { status: 'fail', detail: error.message, fix: error.fix };
  });
  const check: Check = { id, title, fix: null, ...outcome, elapsed_ms: round(trace.clock.now() - startMs) };
  trace.emit({ type: 'check', check });
  return check;
}
