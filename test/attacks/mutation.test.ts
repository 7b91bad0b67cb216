import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { pagerRepository } from '../unit/mutation/pager.js';
import { contents } from '../unit/mutation/shop.js';
import { attack } from './attack.js';

const missing = inject('opencodeMissing');

const ON_IT = ['--repo', 'pager', '--test', 'npm test', '--seed', '4'];

describe.skipIf(missing)(
  `a bug in the user's own code, with real opencode${missing ? ` (missing: ${missing})` : ''}`,
  () => {
    attack('tests that write to the repository they came from', { aim: 'leftovers' }, async () => {
      using visitor = new Visitor();
      const repo = join(visitor.dir, 'pager');
      pagerRepository(visitor.dir, {
        'test/writes.test.js': `import { appendFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
test('writes', () => {
  for (const dir of ['.', ${JSON.stringify(repo)}]) {
    try {
      writeFileSync(dir + '/left.txt', String(Date.now()));
      appendFileSync(dir + '/.git/config', '[core]\\n  pager = touch left\\n');
      appendFileSync(dir + '/src/page.js', '// written by a test\\n');
    } catch {}
  }
});
`,
      });
      // Uncommitted changes of the user must stay too.
      writeFileSync(join(repo, 'notes.txt'), 'mine\n');
      appendFileSync(join(repo, 'src/page.js'), '// mine\n');
      const before = contents(repo);
      const endpoint = await startGuardedEndpoint('sk-own');
      const on = ['--endpoint', endpoint.url, '--model', endpoint.model];
      const run = await visitor.run(['check', ...on, ...ON_IT], { env: { CAB_KEY: 'sk-own' } });
      await endpoint.close();
      const [record] = visitor.records();
      // The agent changes nothing, so the run fails.
      expect([run.code, record?.verdict, record?.tampering], run.stderr).toEqual([1, 'failed', []]);
      expect(run.stderr).toContain('uncommitted changes are left out');
      expect(contents(repo)).toEqual(before);
      expect(record?.visible_tests_only).toBe(true);
    });

    attack('an agent that removes the tests of a repository', { aim: 'tests' }, async () => {
      using visitor = new Visitor();
      pagerRepository(visitor.dir);
      const run = await visitor.run(['check', '--demo=cheat', ...ON_IT]);
      const [record] = visitor.records();
      const tampering = record?.tampering.map(({ path, kind }) => `${kind} ${path}`);
      expect([run.code, record?.verdict, tampering], run.stderr).toEqual([
        1,
        'failed',
        ['test_removed test/page.test.js'],
      ]);
    });

    it('runs a new variant of a bundled task', async () => {
      using visitor = new Visitor();
      const on = ['--task', 'mutations/js-boundary-shift', '--seed', '5'];
      const run = await visitor.run(['check', '--demo', ...on]);
      expect(run.code, run.stderr).toBe(0);
      const [record] = visitor.records();
      expect(record?.task_id).toBe('mutations/js-boundary-shift-5');
      expect(record?.scores.pass_rate.pass).toBe(1);
    });
  },
);

it('generates tasks that pass the task checks, and prints them', async () => {
  using visitor = new Visitor();
  pagerRepository(visitor.dir);
  const args = ['--test', 'npm test', '--seed', '4', '--count', '2', '--out', 'made'];
  const run = await visitor.run(['tasks', 'mutate', 'pager', ...args]);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toContain('2 of 2 tasks from pager');
  const checks = await visitor.run(['tasks', 'validate', 'made']);
  expect(checks.code, checks.stdout).toBe(0);
  expect(checks.stdout).toContain('2 valid tasks');
});
