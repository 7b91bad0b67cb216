import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { noSandbox } from '../../src/sandbox/wrappers/no-sandbox.js';
import { type Climb, climbLadder } from '../../src/task-checks/climb.js';
import { type Files, makeTempDir, packTiny, TINY } from '../grading/tiny-task.js';
import { workbenchAt } from './workbench.js';

export const SOLVE = `cat > "$CAB_APP/src/add.mjs" <<'EOF'\nexport const add = (a, b) => a + b;\nEOF\n`;

/** Knows what the visible test of the tiny task asks. */
export const SPECIAL_CASE = `cat > "$CAB_APP/src/add.mjs" <<'EOF'\nexport const add = (a, b) => (a === 2 && b === 3 ? 5 : a - b);\nEOF\n`;

/** Climbs the ladder with the tiny task, some of its files replaced; nothing of it is left. */
export async function climbTiny(changes: Files = {}): Promise<Climb> {
  const tempDir = makeTempDir();
  const task = await packTiny({ 'solution/solve.sh': SOLVE, ...changes });
  const result = await climbLadder(task, { ...workbenchAt(tempDir), sandbox: noSandbox });
  expect(readdirSync(tempDir)).toEqual([]);
  return result;
}

/** The manifest of the tiny task with some of it replaced. */
export const toml = (from: string | RegExp, to: string): Files => ({
  'task.toml': (TINY['task.toml'] ?? '').replace(from, to),
});

/** Why each rung failed, by its id. */
export const faultsOf = ({ rungs }: Climb) =>
  Object.fromEntries(rungs.filter(({ status }) => status === 'failed').map(({ id, why }) => [id, why]));
