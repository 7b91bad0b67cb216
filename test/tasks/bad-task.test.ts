import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.js';
import { packTask } from '../../src/tasks/pack.js';
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
    'a limit that no clock keeps',
    toml('timeout_sec = 20', 'timeout_sec = 0'),
    'DIR/task.toml: verifier.timeout_sec needs more than 0.',
  ],
  [
    'a limit for ever',
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
    "a task of Harbor's alone without an image",
    { 'task.toml': 'version = "1.0"\n[metadata]\nauthor = "a"\n' },
    'DIR is not a task: it has no environment/Dockerfile.',
  ],
  [
    'hidden cases that are no list',
    { 'tests/hidden/cases.json': '{}' },
    'DIR: tests/hidden/cases.json is not a list of hidden cases.',
  ],
])('%s is one sentence with the file and the key', async (_, broken, sentence) => {
  if (typeof broken === 'string') rmSync(join(dir, broken));
  else writeTree(dir, broken);
  const error = await packTask(dir, join(dir, '../packed')).catch((thrown: unknown) => thrown);
  if (!(error instanceof UsageError)) throw error;
  expect(error.message.replaceAll(dir, 'DIR').slice(0, sentence.length)).toBe(sentence);
  expect(error).toMatchObject({ code: 'usage.bad_task', exitCode: 2 });
  expect(error.message).not.toContain('\n');
});

it.each<[string, string, string]>([
  ['task.toml', 'task.toml', 'DIR is not a task: its task.toml is no file.'],
  ['the test script', 'tests/test.sh', 'DIR is not a task: its tests/test.sh is no file.'],
])('a directory in place of %s is no task', async (_, path, sentence) => {
  rmSync(join(dir, path));
  mkdirSync(join(dir, path));
  const error = await packTask(dir, join(dir, '../packed')).catch((thrown: unknown) => thrown);
  expect(String(error).replaceAll(dir, 'DIR')).toContain(sentence);
});

it('a link out of the tests is no file of the task', async () => {
  symlinkSync('/etc/hostname', join(dir, 'tests/host'));
  const error = await packTask(dir, join(dir, '../packed')).catch((thrown: unknown) => thrown);
  expect(String(error).replaceAll(dir, 'DIR')).toContain('DIR/tests/host is neither a file nor a directory.');
});
