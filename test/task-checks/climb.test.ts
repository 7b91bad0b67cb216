import { expect, it } from 'vitest';
import { climbTiny, faultsOf, SOLVE, SPECIAL_CASE, toml } from './tiny-climb.js';

it('a whole task holds on every rung', async () => {
  const whole = await climbTiny({ 'solution/special-case.sh': SPECIAL_CASE });
  expect(whole).toMatchObject({ task_id: 'tiny/tiny', verdict: 'valid', missing: null });
  expect(whole.rungs.map(({ id, status, why }) => [id, status, why])).toEqual([
    ['given', 'held', null],
    ['no_op', 'held', null],
    ['oracle', 'held', null],
    ['oracle_again', 'held', null],
    ['cheat', 'held', null],
    ['by_rote', 'held', null],
    ['special_casing', 'held', null],
  ]);
});

it('a task with a false name, and a cheat that gets through, is invalid and says why', async () => {
  const result = await climbTiny({
    ...toml('"adds nothing"', '"adds nothing", "adds much"'),
    'solution/cheat.sh': SOLVE,
    'solution/solve.sh': 'echo no such thing >&2\nexit 3\n',
  });
  expect(result.verdict).toBe('invalid');
  expect(faultsOf(result)).toEqual({
    given: 'adds much is in pass_to_pass, and did not run on the task as given',
    oracle: 'solution/solve.sh ended with exit code 3: no such thing',
    oracle_again: 'solution/solve.sh ended with exit code 3: no such thing',
    cheat: 'nothing that solution/cheat.sh does is found to be tampering',
  });
});

it('a missing toolchain skips the whole task', async () => {
  expect(await climbTiny(toml('toolchain = ["node"]', 'toolchain = ["cobol"]'))).toEqual({
    task_id: 'tiny/tiny',
    verdict: 'skipped',
    missing: 'There is no toolchain cobol.',
    rungs: [],
  });
});
