import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type Confinement, runConfined } from '../grading/confined-run.js';
import { type GradeResult, grade } from '../grading/grade.js';
import { takeSnapshot } from '../grading/snapshot.js';
import { missingHarborPaths, prepareScript } from '../grading/task-script.js';
import { confinementAt, findTools, type Workbench } from '../grading/workbench.js';
import { removeTree } from '../host/remove-tree.js';
import { UsageError } from '../model/errors.js';
import type { Scores } from '../model/score-blocks.js';
import { gradedEvents } from '../scoring/graded-events.js';
import { scoreRun } from '../scoring/score.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import type { Task } from '../tasks/task.js';

/** What an attempt does to the workspace: runs a script of `solution/`, or edits files. */
export type WorkspaceChange =
  | { kind: 'script'; name: string }
  | { kind: 'files'; edit(workspace: string): Promise<void> };

/** One attempt with its grade and scores, from the same grader and scorer as a run. */
export interface Attempt {
  graded: GradeResult;
  scores: Scores;
}

export interface AttemptOptions {
  task: Task;
  workbench: Workbench;
  confinement: Confinement;
}

/**
 * Changes a fresh workspace of the task (`null`: leaves it unchanged) and grades it. Scripts of `solution/` run in the
 * sandbox, like the tests.
 *
 * @throws UsageError when a script fails or the task's own tests are broken; HarnessError; the signal's reason
 */
export async function attempt(
  change: WorkspaceChange | null,
  { task, workbench, confinement: given }: AttemptOptions,
): Promise<Attempt> {
  return onWorkspace(task, workbench, async ({ workspace, root }) => {
    const before = await takeSnapshot(workspace);
    const confinement = { ...given, marker: `task-check-${randomBytes(8).toString('hex')}` };
    if (change?.kind === 'files') await change.edit(workspace);
    if (change?.kind === 'script') await runScript(change.name, task, { workspace, root }, confinement);
    const tempDir = join(root, 'grading');
    await mkdir(tempDir);
    const graded = await grade({ task, workspace, before, tempDir, git: workbench.git, ...confinement });
    return { graded, scores: scoresOf(task, graded) };
  });
}

interface Workspace {
  workspace: string;
  /** The temp directory that holds the workspace. */
  root: string;
}

/** Calls `use` with a fresh workspace of the task, then removes it. */
export async function onWorkspace<T>(
  task: Task,
  { tempDir, git }: Pick<Workbench, 'tempDir' | 'git'>,
  use: (paths: Workspace) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(join(await realpath(tempDir), 'task-check-'));
  try {
    const [workspace, home] = [join(root, 'workdir'), join(root, 'home')];
    await mkdir(home);
    await cloneWorkspace(task, workspace, { git, home });
    return await use({ workspace, root });
  } finally {
    await removeTree(root);
  }
}

/** Finds the task's toolchains and returns how its code runs here, or one sentence about what is missing. */
export async function confineTask(
  { manifest }: Pick<Task, 'manifest'>,
  workbench: Workbench,
): Promise<{ confinement: Confinement } | { missing: string }> {
  const unsupported = missingHarborPaths(manifest, workbench.sandbox);
  if (unsupported) return { missing: unsupported.detail };
  const tools = await findTools(manifest.toolchain, workbench.host);
  return 'ok' in tools ? { missing: tools.detail } : { confinement: confinementAt(workbench, tools) };
}

const SCRIPT_TIMEOUT_MS = 120_000;

async function runScript(
  name: string,
  task: Task,
  { workspace, root }: Workspace,
  confinement: Confinement,
): Promise<void> {
  const place = { folder: 'solution', name, dir: root, workspace } as const;
  const staged = await prepareScript(task.manifest, await task.openHidden(), place);
  const { exitCode, timedOut, stderr, stdout } = await runConfined(
    {
      ...staged,
      workspace,
      scratch: join(root, 'acting'),
      timeoutMs: SCRIPT_TIMEOUT_MS,
    },
    confinement,
  );
  if (exitCode === 0) return;
  const firstLine = `${stderr}\n${stdout}`.trim().split('\n').at(0);
  throw new UsageError(
    `solution/${name} ${timedOut ? 'did not end' : `ended with exit code ${exitCode}`}${firstLine ? `: ${firstLine}` : ''}`,
    { code: 'usage.bad_task', fix: `See that solution/${name} runs in a pristine workspace.` },
  );
}

/** Scores only the axes that the workspace decides: no model was called. */
function scoresOf(task: Task, graded: GradeResult): Scores {
  const state = { calls: [], spans: [], stopped: null, ...gradedEvents(task.manifest, graded) };
  return scoreRun(task, state, null).scores;
}
