import { type Confinement, runConfined } from '../grading/confined-run.js';
import type { GradingCopy } from '../grading/fresh-copy.js';
import type { RunOutput } from '../grading/stable-paths.js';
import { readTestNames } from '../grading/test-names.js';
import { TEST_FORMATS, type TestFormat } from '../tasks/manifest.js';

/** How a project's tests are run: in the same way as for the grade. */
export interface TestSetup {
  /** Makes a new clone of the unchanged project, in its own directory. */
  freshCopy(name: string): Promise<GradingCopy>;
  /** Contains `test.sh` and the files that it needs. */
  testsDir: string;
  timeoutMs: number;
  confinement: Confinement;
}

/** The result of one run of the tests. */
export interface TestRun extends RunOutput {
  exitCode: number | null;
  timedOut: boolean;
  elapsedMs: number;
}

/**
 * Runs the tests in a copy. HOME and TMPDIR are in its directory, so that a second run finds the compilers' caches.
 *
 * @throws HarnessError `harness.tests_not_started`
 * @throws the reason of the signal when it aborts
 */
export async function runTests(copy: GradingCopy, setup: TestSetup): Promise<TestRun> {
  const { testsDir, timeoutMs, confinement } = setup;
  const startMs = performance.now();
  const run = await runConfined(
    {
      argv: ['sh', `${testsDir}/test.sh`],
      workspace: copy.workspace,
      scratch: copy.dir,
      inputs: [testsDir],
      bound: copy.bound,
      env: { CAB_APP: copy.workspace, CAB_TESTS: testsDir },
      timeoutMs,
    },
    confinement,
  );
  return {
    ...run,
    tree: copy.workspace,
    scratch: copy.dir,
    tests: testsDir,
    elapsedMs: performance.now() - startMs,
  };
}

/** The format that recognises the most tests in the output; null when none recognises any. */
export function recogniseFormat(run: RunOutput): TestFormat | null {
  const counts = TEST_FORMATS.map((format) => ({ format, count: readTestNames(format, run).size }));
  const best = counts.reduce((most, each) => (each.count > most.count ? each : most));
  return best.count > 0 ? best.format : null;
}
