import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { taskChecksJunit } from '../../src/reporters/documents/task-checks-junit.js';
import { taskChecksLines, taskChecksSummary } from '../../src/reporters/documents/task-checks-report.js';
import { palette } from '../../src/reporters/text/palette.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { noSandbox } from '../../src/sandbox/wrappers/no-sandbox.js';
import { tryClimb } from '../../src/task-checks/try-climb.js';
import { makeTempDir, packTiny } from '../grading/tiny-task.js';
import { SOLVE } from './tiny-climb.js';
import { workbenchAt } from './workbench.js';

const style = { paint: palette(false), width: 120 };

it('a machine that fails on the way is told, with the rungs until then, and is no fault of the task', async () => {
  const task = await packTiny({ 'solution/solve.sh': SOLVE });
  const tempDir = makeTempDir();
  let runs = 0;
  // The task as given is two runs; the third never starts.
  const failing: Sandbox = {
    ...noSandbox,
    wrap: (argv, policy) =>
      ++runs > 2 ? { argv: ['false'], env: policy.env, layers: 0 } : noSandbox.wrap(argv, policy),
  };
  const climb = await tryClimb(task, { ...workbenchAt(tempDir), sandbox: failing });
  expect(climb).toMatchObject({ verdict: 'unfinished', missing: 'The tests could not be started.' });
  expect(climb.rungs.map(({ id, status }) => [id, status])).toEqual([
    ['given', 'held'],
    ['no_op', 'held'],
  ]);
  expect(readdirSync(tempDir)).toEqual([]);
  expect(taskChecksLines(climb, style)).toEqual([
    ' ! tiny/tiny  not all checks ran: The tests could not be started.',
  ]);
  expect(taskChecksSummary([climb], style)).toBe(
    ' ! 0 valid tasks, 1 not checked to the end: this machine failed',
  );
  expect(taskChecksJunit([climb])).toContain(
    'name="all checks ran" time="0.000"><failure message="The tests could not be started."/>',
  );
});
