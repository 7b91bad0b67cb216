import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Confinement, runConfined } from '../grading/confined-run.js';
import { type GradeResult, grade } from '../grading/grade.js';
import { takeSnapshot } from '../grading/snapshot.js';
import { stageScript } from '../grading/staged-script.js';
import type { Workbench } from '../grading/workbench.js';
import { UsageError } from '../model/errors.js';
import type { Scores } from '../model/score-blocks.js';
import { gradedEvents } from '../scoring/graded-events.js';
import { scoreRun } from '../scoring/score.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import type { Task } from '../tasks/task.js';

/** What somebody who answers a task does to its workspace. */
export type Act =
  | { kind: 'script'; name: string }
  | { kind: 'files'; edit(workspace: string): Promise<void> };

/** How an attempt was graded and scored, by the grader and the scorer of every run. */
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
 * Acts on a fresh workspace of the task (`null`: does nothing) and grades what is left of it. Scripts of `solution/`
 * run in the sandbox, like the tests.
 *
 * @throws UsageError when a script fails or the task's own tests are broken; HarnessError; the signal's reason
 */
export async function attempt(
  act: Act | null,
  { task, workbench, confinement: given }: AttemptOptions,
): Promise<Attempt> {
  return onWorkspace(task, workbench, async ({ workspace, root }) => {
    const before = await takeSnapshot(workspace);
    const confinement = { ...given, marker: `ladder-${randomBytes(8).toString('hex')}` };
    if (act?.kind === 'files') await act.edit(workspace);
    if (act?.kind === 'script') await runScript(act.name, task, { workspace, root }, confinement);
    const tempDir = join(root, 'grading');
    await mkdir(tempDir);
    const graded = await grade({ task, workspace, before, tempDir, git: workbench.git, ...confinement });
    return { graded, scores: scoresOf(task, graded) };
  });
}

interface Workspace {
  workspace: string;
  /** The directory around it, removed afterwards. */
  root: string;
}

/** Uses a fresh workspace of the task, and removes it. */
export async function onWorkspace<T>(
  task: Task,
  { tempDir, git }: Pick<Workbench, 'tempDir' | 'git'>,
  use: (place: Workspace) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(join(await realpath(tempDir), 'ladder-'));
  try {
    const [workspace, home] = [join(root, 'workdir'), join(root, 'home')];
    await mkdir(home);
    await cloneWorkspace(task, workspace, { git, home });
    return await use({ workspace, root });
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }
}

const SCRIPT_TIMEOUT_MS = 120_000;

async function runScript(
  name: string,
  task: Task,
  { workspace, root }: Workspace,
  confinement: Confinement,
): Promise<void> {
  const place = { half: 'solution', name, dir: root, app: workspace } as const;
  const staged = await stageScript(task.manifest, await task.openHidden(), place);
  const { exitCode, timedOut, stderr, stdout } = await runConfined(
    {
      ...staged,
      app: workspace,
      scratch: join(root, 'acting'),
      timeoutMs: SCRIPT_TIMEOUT_MS,
    },
    confinement,
  );
  if (exitCode === 0) return;
  const said = `${stderr}\n${stdout}`.trim().split('\n').at(0);
  throw new UsageError(
    `solution/${name} ${timedOut ? 'did not end' : `ended with exit code ${exitCode}`}${said ? `: ${said}` : ''}`,
    { code: 'usage.bad_task', fix: `See that solution/${name} runs in a pristine workspace.` },
  );
}

/** The axes that a state of the workspace decides; no model was called. */
function scoresOf(task: Task, graded: GradeResult): Scores {
  const state = { calls: [], spans: [], stopped: null, ...gradedEvents(task.manifest, graded) };
  return scoreRun(task, state, null).scores;
}
