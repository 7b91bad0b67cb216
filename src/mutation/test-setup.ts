import { cp, mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import type { Confinement } from '../grading/confined-run.js';
import { copyMaker } from '../grading/fresh-copy.js';
import { confinementAt, findTools, type Workbench } from '../grading/workbench.js';
import { makeDir } from '../host/make-dir.js';
import { PreflightError } from '../model/errors.js';
import { packTask } from '../tasks/pack.js';
import type { Dependency } from '../tasks/task.js';
import type { TestSetup } from './run-tests.js';

/**
 * The confinement for tests that need these toolchains.
 *
 * @throws PreflightError `preflight.no_toolchain`
 */
export async function confinementFor(
  toolchains: readonly string[],
  workbench: Workbench,
): Promise<Confinement> {
  const tools = await findTools(toolchains, workbench.host);
  if ('ok' in tools)
    throw new PreflightError(tools.detail, { code: 'preflight.no_toolchain', fix: tools.fix });
  return confinementAt(workbench, tools);
}

/** One test run may use several cores. */
const MAX_CONCURRENCY = 4;

/** How many test runs may go on at once: one when they share a network, as two could use the same port. */
export function maxConcurrency({ sandbox }: Pick<Workbench, 'sandbox'>): number {
  return sandbox.ownNetwork ? Math.min(availableParallelism(), MAX_CONCURRENCY) : 1;
}

/**
 * Writes a project's tree and tests below `dir`. The tree becomes the workspace of a task, so that copies are made in the
 * same way as for grading. `tests` are files by name and include `test.sh`.
 */
export async function prepareTests(
  dir: string,
  project: {
    tree: string;
    dependencies: readonly Dependency[];
    tests: ReadonlyMap<string, Uint8Array | string>;
    timeoutMs: number;
  },
  { git, sandbox }: Pick<Workbench, 'git' | 'sandbox'>,
  confinement: Confinement,
): Promise<TestSetup> {
  const [taskDir, testsDir, tempDir] = [join(dir, 'pristine'), join(dir, 'tests'), join(dir, 'copies')];
  await Promise.all([
    makeDir(join(taskDir, 'tests')),
    makeDir(join(taskDir, 'solution')),
    mkdir(testsDir),
    mkdir(tempDir),
  ]);
  await cp(project.tree, join(taskDir, 'environment/workspace'), { recursive: true, verbatimSymlinks: true });
  await Promise.all([
    writeFile(join(taskDir, 'task.toml'), MANIFEST),
    writeFile(join(taskDir, 'instruction.md'), ''),
    writeFile(join(taskDir, 'tests/test.sh'), ''),
    writeFile(join(taskDir, 'solution/solve.sh'), ''),
    ...[...project.tests].map(([name, content]) => writeFile(join(testsDir, name), content)),
  ]);
  const packed = await packTask(taskDir, join(dir, 'packed'), { git });
  const task = { ...packed, dependencies: project.dependencies };
  const freshCopy = await copyMaker({ task, git, tempDir, sandbox });
  return { freshCopy, testsDir, timeoutMs: project.timeoutMs, confinement };
}

/** Only makes the tree a valid task: nothing is graded with it. */
const MANIFEST = stringify({
  metadata: {
    codingagentbench: {
      ...{
        family: 'pristine',
        language: '',
        title: '',
        toolchain: [],
        max_turns: 1,
        test_format: 'exit-code',
      },
      ...{
        fail_to_pass: [],
        pass_to_pass: [],
        ground_truth_files: [],
        editable: [],
        protected: [],
        canary: '-',
      },
    },
  },
  agent: { timeout_sec: 1 },
  verifier: { timeout_sec: 1 },
});
