import { join } from 'node:path';
import { UsageError } from '../model/errors.js';
import type { TestCase } from '../model/record.js';
import type { HiddenFile, Task } from '../tasks/task.js';
import { type Confinement, runConfined } from './confined-run.js';
import type { GradingCopy } from './fresh-copy.js';
import { prepareScript } from './task-script.js';
import { findTest, readTestNames, unnamedTests } from './test-names.js';

export interface VisibleRun {
  /** The verify command exited 0, and every named test was seen to pass. */
  passed: boolean;
  /** Harbor's, null when the time was over; undefined where exit code and names decide. */
  reward?: number | null;
  exitCode: number | null;
  timedOut: boolean;
  /** The last 4,000 characters. */
  stdoutTail: string;
  stderrTail: string;
  cases: TestCase[];
  /** Tests that ran though the manifest names none of them; they decide by the exit code alone. */
  unnamed: Array<{ name: string; status: 'passed' | 'failed' }>;
}

export const TAIL_CHARS = 4_000;
export const VERIFY = 'test.sh';

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
  const visible = new Map([...files].filter(([path]) => !path.startsWith('tests/hidden/')));
  if (!visible.has(`tests/${VERIFY}`)) {
    throw new UsageError(`${id} has no tests/${VERIFY}.`, {
      code: 'usage.bad_task',
      fix: 'Add it: its exit code is the answer.',
    });
  }
  const { dir, app, bound } = place;
  const staged = await prepareScript(manifest, visible, { half: 'tests', name: VERIFY, dir, app });
  const run = await runConfined(
    {
      ...staged,
      app,
      scratch: dir,
      bound,
      timeoutMs: manifest.verifierTimeoutS * 1000,
    },
    confinement,
  );

  const format = manifest.test_format;
  const outcomes = readTestNames(format, { ...run, tree: app, scratch: dir, tests: join(dir, 'tests') });
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
