import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.js';
import { noSandbox } from '../../src/sandbox/wrappers/no-sandbox.js';
import { attempt, confineTask } from '../../src/task-checks/attempt.js';
import { packTask } from '../../src/tasks/pack.js';
import { bubblewrap, named } from '../needs.js';
import { type Files, makeTempDir, writeTree } from '../unit/grading/tiny-task.js';
import { workbenchAt } from '../unit/task-checks/workbench.js';

const TASK: Files = {
  'task.toml':
    '[verifier]\ntimeout_sec = 8\n[verifier.env]\nTOLD = "tests"\n[environment.env]\nHERE = "env"\n',
  'instruction.md': 'Write done.\n',
  'environment/Dockerfile': 'FROM debian\nWORKDIR /srv/some/where\nCOPY work .\n',
  'environment/work/start': 'as given\n',
  'solution/solve.sh': 'echo yes > /srv/some/where/done\n',
};

/** Grades the solved task with this test script. */
async function graded(script: string, edit: Files = {}) {
  const dir = makeTempDir();
  writeTree(join(dir, 'task'), { ...TASK, 'tests/test.sh': script, ...edit });
  const task = await packTask(join(dir, 'task'), join(dir, 'packed'));
  const workbench = workbenchAt(dir);
  const confined = await confineTask(task, workbench);
  if ('missing' in confined) throw new Error(confined.missing);
  const solve = { kind: 'script', name: 'solve.sh' } as const;
  return attempt(solve, { task, workbench, confinement: confined.confinement });
}

const reward = (text: string) => `printf '%s' '${text}' > /logs/verifier/reward.txt`;
const json = (text: string) => `printf '%s' '${text}' > /logs/verifier/reward.json`;

describe.skipIf(bubblewrap)(named('the test script of a Harbor task, in bubblewrap', bubblewrap), () => {
  it('has Harbor’s paths and variables, and no other files of the task', async () => {
    const script = [
      '#!/usr/bin/env bash',
      'set -e',
      '[[ $PWD == /srv/some/where && $TOLD == tests && $HERE == env && $(cat done) == yes ]]',
      '[[ $(cat start) == "as given" && -d /logs/agent && ! -e /solution && $(ls /tests) == test.sh ]]',
      'if touch /tests/x || touch /srv/x || touch /x; then exit 1; fi',
      'echo 1 > /logs/verifier/reward.txt',
    ].join('\n');
    const { graded: result, scores } = await graded(script);
    expect(result.tests).toMatchObject({ passed: true, reward: 1, exitCode: 0 });
    expect(result.diff).toMatchObject({ added: ['done'], removed: [], modified: [] });
    expect(scores.pass_rate).toMatchObject({ pass: 1, partial_score: 1 });
    expect(scores.blast_radius.blast_radius).toBeNull();
    expect(scores.composite.composite).toBeNull();
  });

  it.each<[string, string, { passed: boolean; reward: number }]>([
    ['a reward', reward('1'), { passed: true, reward: 1 }],
    ['a reward with space around it', reward(' 1.0 '), { passed: true, reward: 1 }],
    ['a reward of 0.5', reward('0.5'), { passed: false, reward: 0.5 }],
    ['a reward of 1 with a failing exit code', `${reward('1')}; exit 7`, { passed: true, reward: 1 }],
    ['a reward of 0 with a good exit code', `${reward('0')}; exit 0`, { passed: false, reward: 0 }],
    [
      'reward.json before reward.txt',
      `${reward('0')}; ${json('{"reward": 1}')}`,
      { passed: true, reward: 1 },
    ],
    ['a single number under another name', json('{"accuracy": 0.25}'), { passed: false, reward: 0.25 }],
  ])('reads %s', async (_, script, expected) => {
    expect((await graded(script)).graded.tests).toMatchObject(expected);
  });

  it.each<[string, string, string]>([
    ['writes nothing', 'echo broken; exit 1', 'wrote no reward; its last line: broken.'],
    ['writes a word', reward('passed'), 'wrote a reward.txt that is not a number.'],
    ['writes an empty file', reward(''), 'wrote a reward.txt that is not a number.'],
    ['writes infinity', reward('inf'), 'wrote a reward.txt that is not a number.'],
    ['writes too large a number', reward('1e999'), 'wrote a reward.txt that is not a number.'],
    ['writes a link', 'ln -s /etc/hostname /logs/verifier/reward.txt', 'wrote no reward.'],
    ['writes a fifo', 'mkfifo /logs/verifier/reward.txt', 'wrote no reward.'],
    ['writes broken JSON', json('{'), 'wrote a reward.json that is not JSON.'],
    ['writes a string in JSON', json('{"reward": "1"}'), 'wrote a reward.json whose reward is not a number.'],
    ['writes several numbers', json('{"a": 1, "b": 0}'), 'wrote a reward.json with no key `reward`.'],
  ])('that %s gives no verdict', async (_, script, why) => {
    const error = await graded(script).catch((thrown: unknown) => thrown);
    if (!(error instanceof UsageError)) throw error;
    expect(error.message).toBe(`tests/test.sh of harbor/task ${why}`);
  });

  it('that does not end gives no pass and no reward', async () => {
    const { tests } = (await graded(`${reward('1')}; sleep 60`)).graded;
    expect(tests).toMatchObject({ passed: false, reward: null, timedOut: true });
  });

  it('does not see files that the agent wrote to /logs', async () => {
    const plant = {
      'solution/solve.sh': 'echo 1 > /logs/verifier/reward.txt; mkdir logs; echo 1 > logs/reward.txt\n',
    };
    const error = await graded('true', plant).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('wrote no reward');
  });
});

it('a Harbor-only task is not run without bubblewrap, which its paths need', async () => {
  const dir = makeTempDir();
  writeTree(join(dir, 'task'), { ...TASK, 'tests/test.sh': reward('1') });
  const task = await packTask(join(dir, 'task'), join(dir, 'packed'));
  const confined = await confineTask(task, { ...workbenchAt(dir), sandbox: noSandbox });
  expect(confined).toEqual({
    missing:
      'The task has files at /srv/some/where, /tests and /logs, which only bubblewrap can show (here: none).',
  });
});
