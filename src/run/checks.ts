import { type Clock, round } from '../host/clock.js';
import { CabError } from '../model/errors.js';
import type { Check } from '../model/record.js';

/** The result of one check. */
export interface CheckResult {
  status: Check['status'];
  detail: string;
  fix?: string | null;
}

/** One condition that must hold before an agent starts. */
export interface CheckSpec {
  id: string;
  title: string;
  /** A CabError becomes a `fail` with its message and fix. */
  run(): Promise<CheckResult>;
}

/**
 * Runs the checks in parallel and returns them in the order of `specs`. Calls `onCheck` as each one ends.
 *
 * @throws the error of a check when it is no CabError
 */
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

/** Returns the first failed check in the given order; null when none failed. */
export function firstFailure(checks: readonly Check[]): Check | null {
  return checks.find(({ status }) => status === 'fail') ?? null;
}

async function runCheck({ id, title, run }: CheckSpec, clock: Clock): Promise<Check> {
  const startMs = clock.now();
  const result = await run().catch((error: unknown): CheckResult => {
    if (!(error instanceof CabError)) throw error;
    return { status: 'fail', detail: error.message, fix: error.fix };
  });
  return { id, title, fix: null, ...result, elapsed_ms: round(clock.now() - startMs) };
}
