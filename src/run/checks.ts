import { type Clock, round } from '../host/clock.js';
import { CabError } from '../model/errors.js';
import type { Check } from '../model/record.js';

export interface CheckResult {
  status: Check['status'];
  detail: string;
  fix?: string | null;
}

/** One thing that must be right before an agent starts. */
export interface CheckSpec {
  id: string;
  title: string;
  /** A CabError thrown here is a `fail` with its message and fix. */
  run(): Promise<CheckResult>;
}

/** Runs the checks side by side and returns them in their order; each is told to `onCheck` as it ends. */
export async function runChecks(
  specs: readonly CheckSpec[],
  clock: Clock,
  onCheck: (check: Check) => void = () => {},
): Promise<Check[]> {
  return Promise.all(
    specs.map(async (spec) => {
      const check = await runCheck(spec, clock);
      onCheck(check);
      return check;
    }),
  );
}

/** The first that failed, in their order; null when none did. */
export function firstFailure(checks: readonly Check[]): Check | null {
  return checks.find(({ status }) => status === 'fail') ?? null;
}

async function runCheck({ id, title, run }: CheckSpec, clock: Clock): Promise<Check> {
  const startMs = clock.now();
  const outcome = await run().catch((error: unknown): CheckResult => {
    if (!(error instanceof CabError)) throw error;
    return { status: 'fail', detail: error.message, fix: error.fix };
  });
  return { id, title, fix: null, ...outcome, elapsed_ms: round(clock.now() - startMs) };
}
