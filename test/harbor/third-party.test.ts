import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { UsageError } from '../../src/model/errors.js';
import { attempt, confineTask, type WorkspaceChange } from '../../src/task-checks/attempt.js';
import { packTask } from '../../src/tasks/pack.js';
import { bubblewrap, named } from '../needs.js';
import { makeTempDir, writeTree } from '../unit/grading/tiny-task.js';
import { workbenchAt } from '../unit/task-checks/workbench.js';
import { harbor, harborJob, readTrials, type Trial } from './harbor-job.js';

const { python, missing } = inject('harbor');
const lacks = missing ?? bubblewrap;

const TASKS = ['hello-file', 'slug-rules', 'cart-total'].map((name) => ({
  name,
  dir: join(import.meta.dirname, 'tasks', name),
}));

describe.skipIf(lacks)(named('a Harbor-only task', lacks), () => {
  const scratch = makeTempDir();
  let trial: (taskDir: string, agent: string) => Trial;
  beforeAll(async () => {
    const dirs = TASKS.map(({ dir }) => dir);
    trial = await harborJob(dirs, { python: python ?? '', dir: scratch });
  }, 300_000);

  it.each(TASKS)('$name gets the same reward as in Harbor, solved and unsolved', async ({ name, dir }) => {
    const task = await packTask(dir, join(scratch, `${name}-packed`));
    const workbench = workbenchAt(scratch);
    const confined = await confineTask(task, workbench);
    if ('missing' in confined) throw new Error(confined.missing);
    const rewardOf = async (change: WorkspaceChange | null) => {
      const { graded } = await attempt(change, { task, workbench, confinement: confined.confinement });
      return { reward: graded.tests.reward, exception: null };
    };
    expect(trial(dir, 'oracle')).toEqual({ reward: 1, exception: null });
    expect(await rewardOf({ kind: 'script', name: 'solve.sh' })).toEqual(trial(dir, 'oracle'));
    expect(trial(dir, 'nop').reward).toBeLessThan(1);
    expect(await rewardOf(null)).toEqual(trial(dir, 'nop'));
  });

  it('that we refuse runs with the command that the error names', async () => {
    const dir = join(scratch, "somebody's task");
    cpSync(join(import.meta.dirname, 'tasks', 'hello-file'), dir, { recursive: true });
    writeTree(dir, {
      'environment/data': 'more\n',
      'environment/Dockerfile': 'FROM ubuntu:24.04\nWORKDIR /app\nCOPY data /data/\n',
    });
    const error = await packTask(dir, join(scratch, 'refused')).catch((thrown: unknown) => thrown);
    if (!(error instanceof UsageError)) throw error;
    expect(error.message).toMatch(
      /Dockerfile:3: COPY data \/data\/ puts files outside of the working directory/,
    );
    const command = /: harbor (run .*)$/.exec(error.fix)?.[1] ?? '';
    const args = command.replace(/'(.*)'\\''(.*)'/, "$1'$2").split(' --agent ')[0] ?? '';
    expect(args).toBe(`run --path ${dir}`);

    const home = join(scratch, 'home');
    mkdirSync(home, { recursive: true });
    const path = ['run', '--path', dir];
    const agentArgs = command.slice(command.indexOf(' --agent ') + 1).split(' ');
    const plan = JSON.parse(
      await harbor([...path, ...agentArgs, '--print-config'], { python: python ?? '', home }),
    );
    expect(plan).toMatchObject({ agents: [{ name: 'opencode', model_name: 'PROVIDER/MODEL' }] });

    // Without a container engine: Harbor's oracle in the environment of these tests.
    const oracleArgs = ['--agent', 'oracle', '--env', 'host_environment:HostEnvironment'];
    await harbor([...path, ...oracleArgs, '--jobs-dir', scratch, '--job-name', 'named'], {
      python: python ?? '',
      home,
    });
    const named = await readTrials(join(scratch, 'named'));
    expect(named(dir, 'oracle')).toEqual({ reward: 1, exception: null });
  });
});
