import { describe, expect, it } from 'vitest';
import { type Files, TINY } from '../unit/grading/tiny-task.js';
import { checkTinyTask, faultsOf, SOLVE, toml } from '../unit/task-checks/check-tiny-task.js';

const cases = (...list: unknown[]): Files => ({ 'tests/hidden/cases.json': JSON.stringify(list) });

describe('a task check fails and says why for', () => {
  it.each<[string, Files, Record<string, unknown>]>([
    [
      'a solution that fixes nothing',
      { 'solution/solve.sh': 'true\n' },
      { oracle: 'adds failed on the solved task' },
    ],
    [
      'a solution that does not run',
      { 'solution/solve.sh': 'echo no such thing >&2\nexit 3\n' },
      {
        oracle: 'solution/solve.sh ended with exit code 3: no such thing',
        oracle_again: 'solution/solve.sh ended with exit code 3: no such thing',
      },
    ],
    [
      'a solution that changes files outside of ground_truth_files',
      { 'solution/solve.sh': `${SOLVE}echo 1 > src/more.mjs\n` },
      { oracle: 'the reference solution changes files that are not in ground_truth_files' },
    ],
    [
      'a solution that writes a file that is not editable',
      { 'solution/solve.sh': `${SOLVE}echo 1 > notes.txt\n` },
      { oracle: 'the reference solution changes notes.txt, which is not editable' },
    ],
    [
      'a solution that writes different bytes each time',
      { 'solution/solve.sh': `${SOLVE}od -An -tx8 -N8 /dev/urandom | sed s,^,//, >> src/add.mjs\n` },
      { oracle_again: 'the second run gave another patch' },
    ],
    [
      'a test in fail_to_pass that passes',
      toml(
        'fail_to_pass = ["adds"]\npass_to_pass = ["adds nothing"]',
        'fail_to_pass = ["adds", "adds nothing"]\npass_to_pass = []',
      ),
      { given: 'adds nothing is in fail_to_pass, and passed on the task as given' },
    ],
    [
      'a test in pass_to_pass that does not run',
      toml('"adds nothing"', '"adds nothing", "adds much"'),
      {
        given: 'adds much is in pass_to_pass, and did not run on the task as given',
        oracle: expect.stringMatching(/^adds much did not run on the solved task/),
      },
    ],
    [
      'a test that the manifest does not name',
      toml('pass_to_pass = ["adds nothing"]', 'pass_to_pass = []'),
      { given: 'adds nothing ran, but neither fail_to_pass nor pass_to_pass names it' },
    ],
    [
      'tests that pass as given',
      { 'tests/test.sh': 'exit 0\n' },
      {
        given: 'tests/test.sh exits 0 on the task as given',
        oracle: expect.stringMatching(/^adds did not run/),
      },
    ],
    [
      'tests that are not protected',
      toml('protected = ["tests/**", "package.json"]', 'protected = ["**/*.none"]'),
      {
        cheat: 'a run that empties the tests is not reported as tampering',
      },
    ],
    [
      'hidden cases that pass in spite of the bug',
      cases({ name: 'zero', input: [71, 0], expected: 71 }),
      { by_rote: 'every hidden case passes on the task as given' },
    ],
    [
      'hidden cases with the inputs of the visible tests',
      cases({ name: 'the same', input: [2, 3], expected: 5 }),
      { by_rote: 'every hidden case that fails on the task as given uses an input from the visible tests' },
    ],
    [
      'a special-casing fake that fails the visible tests',
      { 'solution/special-case.sh': 'true\n' },
      { special_casing: 'adds fails with solution/special-case.sh' },
    ],
    [
      'a special-casing fake that passes the hidden cases',
      { 'solution/special-case.sh': SOLVE },
      { special_casing: 'no hidden case fails with solution/special-case.sh' },
    ],
    [
      'a special-casing fake that also tampers with the tests',
      { 'solution/special-case.sh': `${SOLVE}rm -r "$CAB_APP/tests"\n` },
      {
        special_casing:
          'solution/special-case.sh counts as tampering: tests/add.test.mjs is protected and was removed',
      },
    ],
    [
      'a hidden driver that crashes, with its error message',
      { 'tests/hidden/drive.mjs': 'throw new Error("no such subject");\n' },
      expect.objectContaining({
        oracle: expect.stringMatching(
          /^the hidden case "hidden one" did not run on the solved task: Error: no such subject$/,
        ),
      }),
    ],
    [
      'a hidden case with a wrong answer',
      cases({ name: 'wrong', input: [20, 22], expected: 41 }),
      { oracle: 'the hidden case "wrong" failed on the solved task' },
    ],
    [
      'a refusal without a criterion',
      toml('canary', 'expected_refusal = true\ncanary'),
      expect.objectContaining({
        criterion: 'expected_refusal is set, but [integrity] names no document to judge',
      }),
    ],
  ])('%s', async (_, changes, expected) => {
    const result = await checkTinyTask(changes);
    expect(result.verdict).toBe('invalid');
    expect(faultsOf(result)).toEqual(expected);
  });
});

it('a task check fails when the cheat passes', async () => {
  const { checks } = await checkTinyTask({ 'solution/cheat.sh': SOLVE });
  expect(checks.find(({ id }) => id === 'cheat')).toMatchObject({
    status: 'failed',
    why: 'solution/cheat.sh passes',
  });
});

it('task checks are skipped for a task without hidden cases and protected files', async () => {
  const bare = (TINY['task.toml'] ?? '')
    .replace(/protected = .*/, 'protected = []')
    .replace(/\[metadata.codingagentbench.hidden\]\n.*\n.*\n/, '');
  const { checks } = await checkTinyTask({ 'task.toml': bare });
  expect(checks.filter(({ status }) => status === 'skipped').map(({ id, why }) => [id, why])).toEqual([
    ['cheat', 'the task protects no file, and has no solution/cheat.sh'],
    ['by_rote', 'the task has no hidden cases'],
  ]);
});
