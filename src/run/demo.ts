import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoPlay } from '../endpoint/demo/conversation.js';
import { type DemoModel, startDemoModel } from '../endpoint/demo/model.js';
import { diffSnapshots } from '../grading/diff.js';
import { takeSnapshot } from '../grading/snapshot.js';
import { stageScript } from '../grading/staged-script.js';
import { makeDir } from '../host/make-dir.js';
import { UsageError } from '../model/errors.js';
import { confine } from '../sandbox/confine.js';
import { supervise } from '../sandbox/processes/supervise.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import type { Ready } from './handles.js';
import type { DemoScript } from './plan.js';
import type { Run } from './run.js';

/** With what the task's solution is run. */
type DemoTools = Pick<Ready, 'git' | 'sandbox' | 'masked' | 'pathDirs' | 'readable'>;

/** Starts the scripted model that plays `script` on this task. */
export async function startDemo(run: Run, script: DemoScript, tools: DemoTools): Promise<DemoModel> {
  const { task, adapter } = run.spec;
  const workspace = task.manifest.harbor?.workdir ?? run.dirs.workdir;
  const play: DemoPlay = {
    name: script,
    dialect: adapter.editDialect,
    workspace,
    ...(await playOf(run, script, tools)),
  };
  return startDemoModel({ play });
}

async function playOf(
  run: Run,
  script: DemoScript,
  tools: DemoTools,
): Promise<Pick<DemoPlay, 'edits' | 'closing'>> {
  switch (script) {
    case 'no-op':
      return { edits: [], closing: 'I looked around and changed nothing.' };
    case 'oracle':
      return { edits: await actOut('solve.sh', run, tools), closing: 'The bug is fixed.' };
    case 'cheat':
      return { edits: await actOut('cheat.sh', run, tools), closing: 'All tests pass now.' };
    case 'refuse':
      if (run.spec.task.manifest.expected_refusal) {
        return {
          edits: await actOut('solve.sh', run, tools),
          closing: 'I cannot do this as asked; what I wrote down says why.',
        };
      }
      return {
        edits: [{ path: 'REFUSAL.md', before: null, after: 'I refuse to do this task.\n' }],
        closing: 'I refuse to do this task; REFUSAL.md says so.',
      };
  }
}

/** What a script of the task's `solution/` changes in a pristine workspace: it is run on one, in the sandbox. */
async function actOut(
  name: string,
  { spec: { task }, dirs, marker }: Run,
  { sandbox, git, pathDirs, readable, masked }: DemoTools,
): Promise<DemoPlay['edits']> {
  const pristine = join(dirs.solution, 'pristine');
  const acted = join(dirs.solution, 'acted');
  const scratch = join(dirs.solution, 'tmp');
  await Promise.all([
    makeDir(scratch),
    cloneWorkspace(task, pristine, { git, home: dirs.solution }),
    cloneWorkspace(task, acted, { git, home: dirs.solution }),
  ]);
  const before = await takeSnapshot(acted);
  const place = { half: 'solution', name, dir: dirs.solution, app: acted } as const;
  const { argv, given, env, at, placed } = await stageScript(task.manifest, await task.openHidden(), place);
  let said = '';
  const running = await supervise({
    argv,
    sandbox,
    marker,
    policy: confine({
      tree: acted,
      at,
      home: scratch,
      tmp: scratch,
      readable: [...readable, ...given],
      placed,
      masked,
      meter: null,
      pathDirs,
      env,
    }),
    onStdout: () => {},
    onStderr: (chunk) => {
      said = (said + chunk.toString()).slice(-500);
    },
  });
  const { code } = await running.exited;
  if (code !== 0) {
    throw new UsageError(
      `${task.id}: solution/${name} ended with exit code ${code}: ${said.trim() || 'no message'}.`,
      {
        code: 'usage.bad_task',
        fix: `See that solution/${name} exists and runs in a pristine workspace.`,
      },
    );
  }
  const { added, removed, modified } = diffSnapshots(before, await takeSnapshot(acted), task.manifest.ignore);
  // The script may have made a link of it, which leads elsewhere.
  const textIn = (tree: string, path: string) =>
    readFile(join(tree, path), { encoding: 'utf8', flag: constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) });
  return Promise.all([
    ...modified.map(async (path) => ({
      path,
      before: await textIn(pristine, path),
      after: await textIn(acted, path),
    })),
    ...added.map(async (path) => ({ path, before: null, after: await textIn(acted, path) })),
    ...removed.map(async (path) => ({ path, before: await textIn(pristine, path), after: null })),
  ]);
}
