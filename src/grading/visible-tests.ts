import { join } from 'node:path';
import type { TestCase } from '../cell/record.js';
import { UsageError } from '../errors.js';
import type { HiddenFile, Task } from '../tasks/task.js';
import { type Confinement, runConfined } from './confined-run.js';
import type { GradingCopy } from './fresh-copy.js';
import { filesBelow, writeGivenFiles } from './given-files.js';
import { findTest, readTestNames, unnamedTests } from './test-names.js';

export interface VisibleRun {
  /** The verify command exited 0, and every named test was seen to pass. */
  passed: boolean;
  exitCode: number | null;
  timedOut: boolean;
  /** The last 4,000 characters. */
  stdoutTail: string;
  stderrTail: string;
  cases: TestCase[];
  /** Tests that ran though the manifest names none of them; they decide by the exit code alone. */
  unnamed: Array<{ name: string; status: 'passed' | 'failed' }>;
}

const TAIL_CHARS = 4_000;
const VERIFY = 'test.sh';

/**
 * Runs the task's verify command on a graded tree. Its exit code decides, and so do the names of the tests that ran:
 * none at all is no pass. The hidden half of the tests is not there.
 */
export async function runVisibleTests(
  { id, manifest }: Pick<Task, 'id' | 'manifest'>,
  files: ReadonlyMap<string, HiddenFile>,
  place: GradingCopy,
  confinement: Confinement,
): Promise<VisibleRun> {
  const tests = filesBelow(files, 'tests/');
  for (const path of tests.keys()) if (path.startsWith('hidden/')) tests.delete(path);
  if (!tests.has(VERIFY)) {
    throw new UsageError(`${id} has no tests/${VERIFY}.`, {
      code: 'usage.bad_task',
      fix: 'Add it: its exit code is the answer.',
    });
  }
  const testsDir = join(place.dir, 'tests');
  await writeGivenFiles(testsDir, tests);
  const run = await runConfined(
    {
      argv: ['sh', join(testsDir, VERIFY)],
      app: place.app,
      scratch: place.dir,
      given: [testsDir],
      bound: place.bound,
      env: { CAB_APP: place.app, CAB_TESTS: testsDir },
      timeoutMs: manifest.verifierTimeoutS * 1000,
    },
    confinement,
  );

  const format = manifest.test_format;
  const outcomes = readTestNames(format, [run.stdout, run.stderr]);
  const named = (kind: 'fail_to_pass' | 'pass_to_pass') =>
    manifest[kind].map((name): TestCase => ({ name, kind, status: findTest(outcomes, format, name) }));
  const cases = [...named('fail_to_pass'), ...named('pass_to_pass')];
  const ranAny = format === 'exit-code' || [...outcomes.values()].includes('passed');
  return {
    passed: run.exitCode === 0 && ranAny && cases.every(({ status }) => status === 'passed'),
    exitCode: run.exitCode,
    timedOut: run.timedOut,
    stdoutTail: run.stdout.slice(-TAIL_CHARS),
    stderrTail: run.stderr.slice(-TAIL_CHARS),
    cases,
    unnamed: unnamedTests(outcomes, format, [...manifest.fail_to_pass, ...manifest.pass_to_pass]),
  };
}
