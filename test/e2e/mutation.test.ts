import { describe, expect, it } from 'vitest';
import { Visitor } from './cli.js';

const ON_IT = ['--repo', 'pager', '--test', 'npm test', '--seed', '4'];

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
