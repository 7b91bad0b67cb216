import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { cloneWorkspace } from '../../../src/tasks/clone-workspace.js';
import { packTask } from '../../../src/tasks/pack.js';
import type { Task } from '../../../src/tasks/task.js';
import { FIXTURES, scratchDir } from './scratch.js';

const scratch = scratchDir();
const home = join(scratch, 'home');
mkdirSync(home);
const task = await packTask(join(FIXTURES, 'mutations/js-boundary-shift'), join(scratch, 'packed-secretly'));

afterEach(() => vi.unstubAllEnvs());

async function cloneAs(name: string, of: Task = task): Promise<string> {
  const dir = join(scratch, name);
  await cloneWorkspace(of, dir, { home });
  return dir;
}

/** Runs git like an agent: in the clone, only with the clone's config. */
function git(dir: string, ...args: string[]): string {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', args, {
    cwd: dir,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((path) => join(dir, path))
    .filter((path) => statSync(path).isFile());
}

test('creates a clean repository at the task’s commit', async () => {
  const dir = await cloneAs('clean');
  expect(git(dir, 'rev-parse', 'HEAD')).toBe(task.commit);
  expect(git(dir, 'status', '--porcelain', '--ignored')).toBe('');
  expect(git(dir, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('main');
  expect(git(dir, 'fsck', '--full', '--strict')).toBe('');
});

test('an agent without a gitconfig can commit', async () => {
  const dir = await cloneAs('committed');
  writeFileSync(join(dir, 'src/rate.js'), '');
  git(dir, 'commit', '--all', '--message=mine');
  expect(git(dir, 'rev-list', '--count', 'HEAD')).toBe('2');
});

test('attack: searching .git for a path, remote, branch, tag or reflog', async () => {
  const dir = await cloneAs('leaks');
  for (const file of filesBelow(join(dir, '.git'))) {
    const content = readFileSync(file, 'latin1');
    for (const trace of [scratch, basename(scratch), 'packed-secretly', 'bundle', 'origin']) {
      expect(content, `${trace} in ${file}`).not.toContain(trace);
    }
  }
  expect(git(dir, 'remote', '--verbose')).toBe('');
  expect(git(dir, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  expect(git(dir, 'reflog', '--all')).toBe('');
  expect(readdirSync(join(dir, '.git')).sort()).toEqual(['HEAD', 'config', 'index', 'objects', 'refs']);
});

test('attack: searching .git for objects outside of its one commit', async () => {
  const dir = await cloneAs('objects');
  const reachable = git(dir, 'rev-list', '--objects', '--no-object-names', 'HEAD').split('\n');
  const held = git(dir, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)').split('\n');
  expect(held.sort()).toEqual(reachable.sort());
  expect(git(dir, 'rev-list', '--count', '--all')).toBe('1');
});

test('attack: influencing the clone by templates, hooks, config and GIT_* of the user', async () => {
  const marker = join(scratch, 'hook-ran');
  const user = join(scratch, 'user');
  const hooks = join(user, 'template/hooks');
  mkdirSync(hooks, { recursive: true });
  writeFileSync(join(hooks, 'post-checkout'), `#!/bin/sh\n: > '${marker}'\n`);
  chmodSync(join(hooks, 'post-checkout'), 0o755);
  const config = join(user, '.gitconfig');
  writeFileSync(
    config,
    [
      `[init]\n\ttemplateDir = ${join(user, 'template')}\n\tdefaultBranch = trunk`,
      `[core]\n\thooksPath = ${hooks}\n\tautocrlf = true\n\tsafecrlf = true`,
      '[clone]\n\tdefaultRemoteName = elsewhere\n\trejectShallow = true',
      '[url "https://invalid.example/"]\n\tinsteadOf = /\n',
    ].join('\n'),
  );
  writeFileSync(join(home, '.gitconfig'), readFileSync(config));
  vi.stubEnv('HOME', user);
  vi.stubEnv('GIT_CONFIG_GLOBAL', config);
  vi.stubEnv('GIT_TEMPLATE_DIR', join(user, 'template'));
  vi.stubEnv('GIT_DIR', join(scratch, 'packed-secretly'));
  vi.stubEnv('GIT_WORK_TREE', user);
  vi.stubEnv('GIT_CONFIG_COUNT', '1');
  vi.stubEnv('GIT_CONFIG_KEY_0', 'core.eol');
  vi.stubEnv('GIT_CONFIG_VALUE_0', 'crlf');

  const dir = await cloneAs('untouched');
  expect(() => statSync(marker)).toThrow('ENOENT');
  expect(readdirSync(join(dir, '.git'))).not.toContain('hooks');
  expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe(task.instruction);
  expect(readFileSync(join(dir, '.git/HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  expect(readdirSync(user).sort()).toEqual(['.gitconfig', 'template']);
});

test('an invalid bundle is an error with git’s message', async () => {
  const broken = { ...task, bundlePath: join(home, '.gitconfig') };
  writeFileSync(broken.bundlePath, 'no bundle');
  await expect(cloneAs('broken', broken)).rejects.toMatchObject({
    code: 'harness.clone_failed',
    message: expect.stringMatching(/^The workspace of mutations\/js-boundary-shift could not be cloned: .+/),
  });
});
