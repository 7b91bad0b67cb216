import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { taskChecksJunit } from '../../../src/reporters/documents/task-checks-junit.js';
import { taskChecksLines, taskChecksSummary } from '../../../src/reporters/documents/task-checks-report.js';
import { palette } from '../../../src/reporters/text/palette.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { tryTaskChecks } from '../../../src/task-checks/run-task-checks.js';
import { makeTempDir, packTiny } from '../grading/tiny-task.js';
import { SOLVE } from './check-tiny-task.js';
import { workbenchAt } from './workbench.js';

const style = { paint: palette(false), width: 120 };

it('a failure of this machine leaves the task unfinished, with the results so far', async () => {
  const task = await packTiny({ 'solution/solve.sh': SOLVE });
  const tempDir = makeTempDir();
  let runs = 0;
  // The check of the task as given starts two commands; the third fails to start.
  const failing: Sandbox = {
    ...noSandbox,
    wrap: (argv, policy) =>
      ++runs > 2 ? { argv: ['false'], env: policy.env, layers: 0 } : noSandbox.wrap(argv, policy),
  };
  const checked = await tryTaskChecks(task, { ...workbenchAt(tempDir), sandbox: failing });
  expect(checked).toMatchObject({ verdict: 'unfinished', missing: 'The tests could not be started.' });
  expect(checked.checks.map(({ id, status }) => [id, status])).toEqual([
    ['given', 'held'],
    ['no_op', 'held'],
  ]);
  expect(readdirSync(tempDir)).toEqual([]);
  expect(taskChecksLines(checked, style)).toEqual([
    ' ! tiny/tiny  not all checks ran: The tests could not be started.',
  ]);
  expect(taskChecksSummary([checked], style)).toBe(
    ' ! 0 valid tasks, 1 not checked to the end: this machine failed',
  );
  expect(taskChecksJunit([checked])).toContain(
    'name="all checks ran" time="0.000"><failure message="The tests could not be started."/>',
  );
});
