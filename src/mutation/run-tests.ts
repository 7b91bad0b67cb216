import { type Confinement, runConfined } from '../grading/confined-run.js';
import type { GradingCopy } from '../grading/fresh-copy.js';
import type { RunOutput } from '../grading/stable-paths.js';
import { readTestNames } from '../grading/test-names.js';
import { TEST_FORMATS, type TestFormat } from '../tasks/manifest.js';

/** Where and how a project's tests are run: as they will be for the grade. */
export interface TestSetup {
  /** A new clone of the project as it is, with a directory of its own. */
  freshCopy(name: string): Promise<GradingCopy>;
  /** Holds `test.sh`, and whatever that needs besides. */
  testsDir: string;
  timeoutMs: number;
  confinement: Confinement;
}

/** What one run of the tests showed. */
export interface TestRun extends RunOutput {
  exitCode: number | null;
  timedOut: boolean;
  elapsedMs: number;
}

/** Runs the tests in a copy. HOME and TMPDIR are in its directory: what compilers cache there is built once. */
export async function runTests(copy: GradingCopy, setup: TestSetup): Promise<TestRun> {
  const { testsDir, timeoutMs, confinement } = setup;
  const startMs = performance.now();
  const run = await runConfined(
    {
      argv: ['sh', `${testsDir}/test.sh`],
      app: copy.app,
      scratch: copy.dir,
      given: [testsDir],
      bound: copy.bound,
      env: { CAB_APP: copy.app, CAB_TESTS: testsDir },
      timeoutMs,
    },
    confinement,
  );
  return {
    ...run,
    tree: copy.app,
    scratch: copy.dir,
    tests: testsDir,
    elapsedMs: performance.now() - startMs,
  };
}

/** The format that reads the most tests out of the output; null when none reads any. */
export function recogniseFormat(run: RunOutput): TestFormat | null {
  const counts = TEST_FORMATS.map((format) => ({ format, count: readTestNames(format, run).size }));
  const best = counts.reduce((most, each) => (each.count > most.count ? each : most));
  return best.count > 0 ? best.format : null;
}
