import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DemoModel, startDemoModel } from '../endpoint/demo/model.js';
import type { DemoScenario } from '../endpoint/demo/scenario.js';
import { diffSnapshots } from '../grading/diff.js';
import { takeSnapshot } from '../grading/snapshot.js';
import { prepareScript } from '../grading/task-script.js';
import { makeDir } from '../host/make-dir.js';
import { UsageError } from '../model/errors.js';
import { confine } from '../sandbox/confine.js';
import { supervise } from '../sandbox/processes/supervise.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import type { Ready } from './handles.js';
import type { DemoScript } from './plan.js';
import type { Run } from './run.js';

/** What the scripts of `solution/` need to run. */
type DemoTools = Pick<Ready, 'git' | 'sandbox' | 'masked' | 'pathDirs' | 'readable'>;

/**
 * Starts the scripted model that follows `script` on this task.
 *
 * @throws UsageError `usage.bad_task` when a script of the task's `solution/` fails
 */
export async function startDemo(run: Run, script: DemoScript, tools: DemoTools): Promise<DemoModel> {
  const { task, adapter } = run.spec;
  const workspace = task.manifest.harbor?.workdir ?? run.dirs.workdir;
  const play: DemoScenario = {
    name: script,
    dialect: adapter.editDialect,
    workspace,
    ...(await editsOf(run, script, tools)),
  };
  return startDemoModel({ scenario: play });
}

async function editsOf(
  run: Run,
  script: DemoScript,
  tools: DemoTools,
): Promise<Pick<DemoScenario, 'edits' | 'finalText'>> {
  switch (script) {
    case 'no-op':
      return { edits: [], finalText: 'I looked around and changed nothing.' };
    case 'oracle':
      return { edits: await editsOfScript('solve.sh', run, tools), finalText: 'The bug is fixed.' };
    case 'cheat':
      return { edits: await editsOfScript('cheat.sh', run, tools), finalText: 'All tests pass now.' };
    case 'refuse':
      if (run.spec.task.manifest.expected_refusal) {
        return {
          edits: await editsOfScript('solve.sh', run, tools),
          finalText: 'I cannot do this as asked; what I wrote down says why.',
        };
      }
      return {
        edits: [{ path: 'REFUSAL.md', before: null, after: 'I refuse to do this task.\n' }],
        finalText: 'I refuse to do this task; REFUSAL.md says so.',
      };
  }
}

/** Runs a script of the task's `solution/` on a pristine workspace, in the sandbox, and returns what it changed. */
async function editsOfScript(
  name: string,
  { spec: { task }, dirs, marker }: Run,
  { sandbox, git, pathDirs, readable, masked }: DemoTools,
): Promise<DemoScenario['edits']> {
  const pristine = join(dirs.solution, 'pristine');
  const solved = join(dirs.solution, 'solved');
  const scratch = join(dirs.solution, 'tmp');
  await Promise.all([
    makeDir(scratch),
    cloneWorkspace(task, pristine, { git, home: dirs.solution }),
    cloneWorkspace(task, solved, { git, home: dirs.solution }),
  ]);
  const before = await takeSnapshot(solved);
  const location = { folder: 'solution', name, dir: dirs.solution, workspace: solved } as const;
  const { argv, inputs, env, at, placed } = await prepareScript(
    task.manifest,
    await task.openHidden(),
    location,
  );
  let stderrTail = '';
  const running = await supervise({
    argv,
    sandbox,
    marker,
    policy: confine({
      workspace: solved,
      mountedAt: at,
      home: scratch,
      tmp: scratch,
      readable: [...readable, ...inputs],
      placed,
      masked,
      meter: null,
      pathDirs,
      env,
    }),
    onStdout: () => {},
    onStderr: (chunk) => {
      stderrTail = (stderrTail + chunk.toString()).slice(-500);
    },
  });
  const { code } = await running.exited;
  if (code !== 0) {
    throw new UsageError(
      `${task.id}: solution/${name} ended with exit code ${code}: ${stderrTail.trim() || 'no message'}.`,
      {
        code: 'usage.bad_task',
        fix: `See that solution/${name} exists and runs in a pristine workspace.`,
      },
    );
  }
  const { added, removed, modified } = diffSnapshots(
    before,
    await takeSnapshot(solved),
    task.manifest.ignore,
  );
  // The script may have replaced the file by a link that leads out of the workspace.
  const textIn = (tree: string, path: string) =>
    readFile(join(tree, path), { encoding: 'utf8', flag: constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) });
  return Promise.all([
    ...modified.map(async (path) => ({
      path,
      before: await textIn(pristine, path),
      after: await textIn(solved, path),
    })),
    ...added.map(async (path) => ({ path, before: null, after: await textIn(solved, path) })),
    ...removed.map(async (path) => ({ path, before: await textIn(pristine, path), after: null })),
  ]);
}
