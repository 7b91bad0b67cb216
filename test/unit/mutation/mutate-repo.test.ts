import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../../../src/model/errors.js';
import { cloneSource } from '../../../src/mutation/source-repo.js';
import { makeTempDir } from '../grading/tiny-task.js';
import { MONEY, mutants, repository, SHOP } from './shop.js';

it.each([
  [
    'failing tests',
    { 'test/red.test.js': "import 'node:assert'; throw new Error('red');\n" },
    'usage.baseline_not_green',
  ],
  [
    'tests that import a missing file',
    { 'test/red.test.js': "import './fixture.js';\n" },
    'usage.baseline_not_green',
  ],
  ['dependencies that are not installed', {}, 'usage.baseline_not_green'],
])('refuses %s with a UsageError that says how to fix it', async (_, more, code) => {
  const repo = repository({ ...SHOP, ...more }, 'test/red.test.js' in more ? MONEY : {});
  const fault = await mutants(repo).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(UsageError);
  expect(fault).toMatchObject({ code });
  const { fix } = fault as UsageError;
  if ('test/red.test.js' in more) expect(fix).not.toContain('Dependencies');
  else expect(fix).toMatch(/^Dependencies are missing \(.*money/);
});

it('names a repository after its directory when the path ends in `..`', async () => {
  const env = { PATH: process.env.PATH ?? '' };
  const { name } = await cloneSource(`${repository(SHOP)}/src/..`, join(makeTempDir(), 'clone'), {
    git: 'git',
    env,
  });
  expect(name).toBe('shop');
});

it('names tracked files that .gitignore excludes when the tests fail without them', async () => {
  const repo = repository({ ...SHOP, '.gitignore': 'node_modules\n*.json\n' });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: repo });
  git('add', '--force', 'package.json');
  git('commit', '--quiet', '--message=two');
  await expect(mutants(repo)).rejects.toMatchObject({
    code: 'usage.baseline_not_green',
    fix: expect.stringContaining('tracked files that .gitignore excludes are not copied (package.json)'),
  });
});

it('refuses output without test names, a directory without .git, and an unknown ref or language', async () => {
  const repo = repository(SHOP, MONEY);
  await expect(mutants(repo, { command: 'true' })).rejects.toMatchObject({ code: 'usage.nameless_tests' });
  await expect(mutants(`${repo}#nowhere`)).rejects.toMatchObject({ code: 'usage.no_repository' });
  await expect(mutants(dirname(repo))).rejects.toMatchObject({ code: 'usage.no_repository' });
  await expect(mutants(repo, { language: 'rust' })).rejects.toMatchObject({ code: 'usage.no_source' });
  await expect(mutants(repo, { language: 'cobol' })).rejects.toMatchObject({
    code: 'usage.unknown_language',
  });
});
