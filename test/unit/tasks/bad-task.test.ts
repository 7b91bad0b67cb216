import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { UsageError } from '../../../src/model/errors.js';
import { packTask } from '../../../src/tasks/pack.js';
import { type Files, TINY, writeTree } from '../grading/tiny-task.js';
import { scratchDir } from './scratch.js';

const scratch = scratchDir();
let dir = '';
let made = 0;
beforeEach(() => {
  dir = join(scratch, `task-${made++}`);
  writeTree(dir, TINY);
});

const toml = (from: string | RegExp, to: string): Files => ({
  'task.toml': (TINY['task.toml'] ?? '').replace(from, to),
});

it.each<[string, Files | string, string]>([
  ['no task.toml', 'task.toml', 'DIR is not a task: it has no task.toml.'],
  ['no instruction', 'instruction.md', 'DIR is not a task: it has no instruction.md.'],
  ['no test', 'tests/test.sh', 'DIR is not a task: it has no tests/test.sh.'],
  ['no solution', 'solution/solve.sh', 'DIR is not a task: it has no solution/solve.sh.'],
  ['bad TOML', { 'task.toml': 'x = [\n' }, 'DIR/task.toml is not valid TOML: line 2, column 1.'],
  [
    'a wrong type',
    toml('max_turns = 5', 'max_turns = "five"'),
    'DIR/task.toml: metadata.codingagentbench.max_turns',
  ],
  ['a missing key', toml(/canary = .*\n/, ''), 'DIR/task.toml: metadata.codingagentbench.canary'],
  [
    'an unknown key',
    toml('max_turns', 'max_turn = 5\nmax_turns'),
    'DIR/task.toml: metadata.codingagentbench',
  ],
  [
    'a path that leads out',
    toml('ground_truth_files = ["src/add.mjs"]', 'ground_truth_files = ["../add.mjs"]'),
    'DIR/task.toml: metadata.codingagentbench.ground_truth_files.0 leads out of the task.',
  ],
  [
    'an absolute glob',
    toml('editable = ["src/**"]', 'editable = ["/etc/**"]'),
    'DIR/task.toml: metadata.codingagentbench.editable.0 leads out of the task.',
  ],
  [
    'a time limit of 0',
    toml('timeout_sec = 20', 'timeout_sec = 0'),
    'DIR/task.toml: verifier.timeout_sec needs more than 0.',
  ],
  [
    'an endless time limit',
    toml('timeout_sec = 60', 'timeout_sec = 1e9'),
    'DIR/task.toml: agent.timeout_sec allows at most 1000000.',
  ],
  [
    'a dependency elsewhere',
    toml('ignore =', 'dependencies = ["../node_modules"]\nignore ='),
    'DIR/task.toml: metadata.codingagentbench.dependencies.0 is not a path inside the workspace.',
  ],
  [
    'no failing test',
    toml('fail_to_pass = ["adds"]', 'fail_to_pass = []'),
    'DIR/task.toml: metadata.codingagentbench.fail_to_pass names no test.',
  ],
  [
    'a Harbor-only task without a Dockerfile',
    { 'task.toml': 'version = "1.0"\n[metadata]\nauthor = "a"\n' },
    'DIR is not a task: it has no environment/Dockerfile.',
  ],
  [
    'hidden cases that are not a list',
    { 'tests/hidden/cases.json': '{}' },
    'DIR: tests/hidden/cases.json is not a list of hidden cases.',
  ],
])('%s is an error with the file and the key', async (_, broken, sentence) => {
  if (typeof broken === 'string') rmSync(join(dir, broken));
  else writeTree(dir, broken);
  const error = await packTask(dir, join(dir, '../packed')).catch((thrown: unknown) => thrown);
  if (!(error instanceof UsageError)) throw error;
  expect(error.message.replaceAll(dir, 'DIR').slice(0, sentence.length)).toBe(sentence);
  expect(error).toMatchObject({ code: 'usage.bad_task', exitCode: 2 });
  expect(error.message).not.toContain('\n');
});

it.each<[string, string, string]>([
  ['task.toml', 'task.toml', 'DIR is not a task: its task.toml is not a file.'],
  ['the test script', 'tests/test.sh', 'DIR is not a task: its tests/test.sh is not a file.'],
])('a directory in place of %s is an error', async (_, path, sentence) => {
  rmSync(join(dir, path));
  mkdirSync(join(dir, path));
  const error = await packTask(dir, join(dir, '../packed')).catch((thrown: unknown) => thrown);
  expect(String(error).replaceAll(dir, 'DIR')).toContain(sentence);
});

it('refuses a link in the tests', async () => {
  symlinkSync('/etc/hostname', join(dir, 'tests/host'));
  const error = await packTask(dir, join(dir, '../packed')).catch((thrown: unknown) => thrown);
  expect(String(error).replaceAll(dir, 'DIR')).toContain('DIR/tests/host is neither a file nor a directory.');
});
