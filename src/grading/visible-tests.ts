import { join } from 'node:path';
import { UsageError } from '../model/errors.js';
import type { TestCase } from '../model/record.js';
import type { HiddenFile, Task } from '../tasks/task.js';
import { type Confinement, runConfined } from './confined-run.js';
import type { GradingCopy } from './fresh-copy.js';
import { prepareScript } from './task-script.js';
import { findTest, readTestNames, unnamedTests } from './test-names.js';

export interface VisibleRun {
  /** The verify command exited with 0, and every named test passed. */
  passed: boolean;
  /** Harbor's reward; null after a timeout, undefined when exit code and names decide. */
  reward?: number | null;
  exitCode: number | null;
  timedOut: boolean;
  /** The last 4,000 characters. */
  stdoutTail: string;
  stderrTail: string;
  cases: TestCase[];
  /** Tests that ran and are not in the manifest; they count only through the exit code. */
  unnamed: Array<{ name: string; status: 'passed' | 'failed' }>;
}

export const TAIL_CHARS = 4_000;
export const VERIFY = 'test.sh';

/**
 * Runs the task's verify command on a graded tree. Both its exit code and the names of the tests that ran decide: if no
 * test ran, it is not a pass. The hidden tests are not written to disk.
 *
 * @throws UsageError `usage.bad_task` when the task has no verify command
 * @throws what `runConfined` throws
 */
export async function runVisibleTests(
  { id, manifest }: Pick<Task, 'id' | 'manifest'>,
  files: ReadonlyMap<string, HiddenFile>,
  copy: GradingCopy,
  confinement: Confinement,
): Promise<VisibleRun> {
  const visible = new Map([...files].filter(([path]) => !path.startsWith('tests/hidden/')));
  if (!visible.has(`tests/${VERIFY}`)) {
    throw new UsageError(`${id} has no tests/${VERIFY}.`, {
      code: 'usage.bad_task',
      fix: 'Add it: its exit code decides.',
    });
  }
  const { dir, workspace, bound } = copy;
  const script = await prepareScript(manifest, visible, { folder: 'tests', name: VERIFY, dir, workspace });
  const run = await runConfined(
    {
      ...script,
      workspace,
      scratch: dir,
      bound,
      timeoutMs: manifest.verifierTimeoutS * 1000,
    },
    confinement,
  );

  const format = manifest.test_format;
  const statuses = readTestNames(format, {
    ...run,
    tree: workspace,
    scratch: dir,
    tests: join(dir, 'tests'),
  });
  const named = (kind: 'fail_to_pass' | 'pass_to_pass') =>
    manifest[kind].map((name): TestCase => ({ name, kind, status: findTest(statuses, format, name) }));
  const cases = [...named('fail_to_pass'), ...named('pass_to_pass')];
  const ranAny = format === 'exit-code' || [...statuses.values()].includes('passed');
  return {
    passed: run.exitCode === 0 && ranAny && cases.every(({ status }) => status === 'passed'),
    exitCode: run.exitCode,
    timedOut: run.timedOut,
    stdoutTail: run.stdout.slice(-TAIL_CHARS),
    stderrTail: run.stderr.slice(-TAIL_CHARS),
    cases,
    unnamed: unnamedTests(statuses, format, [...manifest.fail_to_pass, ...manifest.pass_to_pass]),
  };
}
