import { expect, it } from 'vitest';
import { checkTinyTask, faultsOf, SOLVE, SPECIAL_CASE, toml } from './check-tiny-task.js';

it('a valid task passes every check', async () => {
  const whole = await checkTinyTask({ 'solution/special-case.sh': SPECIAL_CASE });
  expect(whole).toMatchObject({ task_id: 'tiny/tiny', verdict: 'valid', missing: null });
  expect(whole.checks.map(({ id, status, why }) => [id, status, why])).toEqual([
    ['given', 'held', null],
    ['no_op', 'held', null],
    ['oracle', 'held', null],
    ['oracle_again', 'held', null],
    ['cheat', 'held', null],
    ['by_rote', 'held', null],
    ['special_casing', 'held', null],
  ]);
});

it('a task with a wrong test name, a broken solution and an unnoticed cheat is invalid, with reasons', async () => {
  const result = await checkTinyTask({
    ...toml('"adds nothing"', '"adds nothing", "adds much"'),
    'solution/cheat.sh': SOLVE,
    'solution/solve.sh': 'echo no such thing >&2\nexit 3\n',
  });
  expect(result.verdict).toBe('invalid');
  expect(faultsOf(result)).toEqual({
    given: 'adds much is in pass_to_pass, and did not run on the task as given',
    oracle: 'solution/solve.sh ended with exit code 3: no such thing',
    oracle_again: 'solution/solve.sh ended with exit code 3: no such thing',
    cheat: 'solution/cheat.sh is not reported as tampering',
  });
});

it('a missing toolchain skips the whole task', async () => {
  expect(await checkTinyTask(toml('toolchain = ["node"]', 'toolchain = ["cobol"]'))).toEqual({
    task_id: 'tiny/tiny',
    verdict: 'skipped',
    missing: 'There is no toolchain cobol.',
    checks: [],
  });
});
