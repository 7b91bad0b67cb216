import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { runTaskChecks } from '../../../src/task-checks/run-task-checks.js';
import type { CheckedTask } from '../../../src/task-checks/task-check.js';
import { type Files, makeTempDir, packTiny, TINY } from '../grading/tiny-task.js';
import { workbenchAt } from './workbench.js';

export const SOLVE = `cat > "$CAB_APP/src/add.mjs" <<'EOF'\nexport const add = (a, b) => a + b;\nEOF\n`;

/** Knows the answer of the visible test of the tiny task. */
export const SPECIAL_CASE = `cat > "$CAB_APP/src/add.mjs" <<'EOF'\nexport const add = (a, b) => (a === 2 && b === 3 ? 5 : a - b);\nEOF\n`;

/** Runs the checks of the tiny task with some files replaced, and expects an empty temp dir afterwards. */
export async function checkTinyTask(changes: Files = {}): Promise<CheckedTask> {
  const tempDir = makeTempDir();
  const task = await packTiny({ 'solution/solve.sh': SOLVE, ...changes });
  const result = await runTaskChecks(task, { ...workbenchAt(tempDir), sandbox: noSandbox });
  expect(readdirSync(tempDir)).toEqual([]);
  return result;
}

/** The manifest of the tiny task with some of it replaced. */
export const toml = (from: string | RegExp, to: string): Files => ({
  'task.toml': (TINY['task.toml'] ?? '').replace(from, to),
});

/** Why each failed check failed, by its id. */
export const faultsOf = ({ checks }: CheckedTask) =>
  Object.fromEntries(checks.filter(({ status }) => status === 'failed').map(({ id, why }) => [id, why]));
