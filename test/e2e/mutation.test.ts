import { describe, expect, inject, it } from 'vitest';
import { named } from '../needs.js';
import { pagerRepository } from '../unit/mutation/pager.js';
import { Visitor } from './cli.js';

const missing = inject('opencodeMissing');

const ON_IT = ['--repo', 'pager', '--test', 'npm test', '--seed', '4'];

it.skipIf(missing)(named("a bug in one's own code, mended by real opencode", missing), async () => {
  using visitor = new Visitor();
  pagerRepository(visitor.dir);
  const run = await visitor.run(['check', '--demo', ...ON_IT]);
  expect(run.code, run.stderr).toBe(0);
  const [record] = visitor.records();
  expect([record?.verdict, record?.scores.pass_rate.pass, record?.tampering]).toEqual(['passed', 1, []]);
  expect(visitor.litter()).toEqual([]);
});

describe.concurrent('slips', () => {
  it.each([
    [['check', '--demo', '--repo', 'pager'], '--repo needs --test'],
    [['check', '--demo', '--test', 'npm test'], '--test needs --repo'],
    [['check', '--demo', ...ON_IT, '--task', 'mutations/js-boundary-shift'], '--repo and --task'],
    [['check', '--demo', ...ON_IT, '--dry-run'], '--dry-run runs nothing'],
    [['tasks', 'mutate', 'nowhere', '--test', 'true'], 'nowhere does not exist'],
    [['tasks', 'mutate', '.', '--test', 'true'], 'is not a git repository: it has no .git'],
    [['check', '--demo', '--task', 'integrity/unsolvable-refusal', '--seed', '1'], 'cannot make a variant'],
  ])('%j', async (args, said) => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(visitor.litter()).toEqual([]);
  });
});
