import { readdirSync } from 'node:fs';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { packAllTasks } from '../../../build/pack-tasks.js';
import { cloneWorkspace } from '../../../src/tasks/clone-workspace.js';
import { loadTaskDirectory, packTask } from '../../../src/tasks/pack.js';
import { FIXTURES, scratchDir } from './scratch.js';

const scratch = scratchDir();
const packedFiles = ['task.json', 'workspace.bundle', 'hidden.tar.gz'];
const fixture = join(FIXTURES, 'mutations/js-boundary-shift');

afterEach(() => vi.unstubAllEnvs());

/** A copy of the default task that a test may change. Its directory keeps the name. */
async function copyOfFixture(name: string): Promise<string> {
  const dir = join(scratch, name, 'js-boundary-shift');
  await cp(fixture, dir, { recursive: true });
  return dir;
}

async function bytesOf(dir: string): Promise<Buffer[]> {
  return Promise.all(packedFiles.map((file) => readFile(join(dir, file))));
}

test('the same files give the same bytes, regardless of file times and the user’s git config', async () => {
  await packTask(fixture, join(scratch, 'first'));

  const copy = await copyOfFixture('later');
  await utimes(join(copy, 'tests/test.sh'), 1, 1);
  await utimes(join(copy, 'environment/workspace/src/limiter.js'), 2, 2);
  await mkdir(join(scratch, 'user'));
  await writeFile(
    join(scratch, 'user/.gitconfig'),
    '[user]\n\tname = Somebody\n[core]\n\tautocrlf = true\n\tcompression = 0\n[init]\n\tdefaultBranch = trunk\n',
  );
  vi.stubEnv('HOME', join(scratch, 'user'));
  vi.stubEnv('GIT_AUTHOR_DATE', '2001-01-01T00:00:00Z');
  vi.stubEnv('TZ', 'Asia/Tokyo');
  await packTask(copy, join(scratch, 'second'));

  expect(await bytesOf(join(scratch, 'second'))).toEqual(await bytesOf(join(scratch, 'first')));
});

test('every bundled task gets the id of its directory', async () => {
  const tasks = await packAllTasks(FIXTURES, join(scratch, 'all'));
  const ids = readdirSync(FIXTURES).flatMap((family) =>
    readdirSync(join(FIXTURES, family)).map((name) => `${family}/${name}`),
  );
  expect(tasks.map((task) => task.id).sort()).toEqual(ids.sort());
});

test('the archive contains tests and solution with their modes', async () => {
  const hidden = await (await packTask(fixture, join(scratch, 'archive'))).openHidden();
  expect([...hidden.keys()]).toEqual([
    'solution/cheat.sh',
    'solution/solve.sh',
    'solution/special-case.sh',
    'tests/hidden/cases.json',
    'tests/hidden/drive.mjs',
    'tests/test.sh',
  ]);
  expect(hidden.get('tests/test.sh')?.executable).toBe(true);
  expect(hidden.get('tests/hidden/cases.json')?.executable).toBe(false);
  for (const [path, { content }] of hidden) {
    expect(Buffer.from(content)).toEqual(await readFile(join(fixture, path)));
  }
});

test('the digest covers tests and solution, the commit only the workspace', async () => {
  const given = await packTask(fixture, join(scratch, 'given'));

  const harder = await copyOfFixture('harder');
  await writeFile(join(harder, 'tests/hidden/cases.json'), '[{ "name": "one", "input": 1, "expected": 2 }]');
  const withOtherCases = await packTask(harder, join(scratch, 'harder-packed'));
  expect(withOtherCases.commit).toBe(given.commit);
  expect(withOtherCases.digest).not.toBe(given.digest);

  const changed = await copyOfFixture('changed');
  await writeFile(join(changed, 'environment/workspace/NOTES.md'), 'more\n');
  const withNotes = await packTask(changed, join(scratch, 'changed-packed'));
  expect(withNotes.commit).not.toBe(given.commit);
  expect(withNotes.digest).not.toBe(given.digest);
});

test('keeps links and executable bits of the workspace, and leaves out files that its .gitignore matches', async () => {
  const dir = await copyOfFixture('modes');
  const workspace = join(dir, 'environment/workspace');
  await writeFile(join(workspace, 'run.sh'), '#!/bin/sh\n');
  await chmod(join(workspace, 'run.sh'), 0o755);
  await symlink('src/index.js', join(workspace, 'entry.js'));
  await writeFile(join(workspace, 'debug.log'), 'litter\n');
  await mkdir(join(scratch, 'modes-temp'));
  const task = await loadTaskDirectory(dir, join(scratch, 'modes-temp'));

  const clone = join(scratch, 'modes-clone');
  await cloneWorkspace(task, clone, { home: scratch });
  expect((await lstat(join(clone, 'run.sh'))).mode & 0o111).not.toBe(0);
  expect((await lstat(join(clone, 'README.md'))).mode & 0o111).toBe(0);
  expect(await readlink(join(clone, 'entry.js'))).toBe('src/index.js');
  await expect(lstat(join(clone, 'debug.log'))).rejects.toThrow('ENOENT');
});

test.each<[what: string, change: (dir: string) => Promise<unknown>, says: RegExp]>([
  ['no task.toml', (dir) => rm(join(dir, 'task.toml')), /has no task\.toml/],
  [
    'no workspace',
    (dir) => rm(join(dir, 'environment/workspace'), { recursive: true }),
    /has no environment\/workspace/,
  ],
  ['no solution', (dir) => rm(join(dir, 'solution/solve.sh')), /has no solution\/solve\.sh/],
  [
    'no hidden cases',
    (dir) => rm(join(dir, 'tests/hidden/cases.json')),
    /tests\/hidden\/cases\.json is missing/,
  ],
  [
    'hidden cases of another shape',
    (dir) => writeFile(join(dir, 'tests/hidden/cases.json'), '[{ "name": "one" '),
    /tests\/hidden\/cases\.json is not a list/,
  ],
  [
    'an empty workspace',
    async (dir) => {
      await rm(join(dir, 'environment/workspace'), { recursive: true });
      await mkdir(join(dir, 'environment/workspace'));
    },
    /environment\/workspace has no files/,
  ],
  [
    'a link among the tests',
    (dir) => symlink('/etc/passwd', join(dir, 'tests/passwd')),
    /tests\/passwd is neither a file nor a directory/,
  ],
])('%s is an error in one sentence', async (what, change, says) => {
  const dir = await copyOfFixture(`changed ${what}`);
  await change(dir);
  await expect(packTask(dir, join(scratch, `packed ${what}`))).rejects.toMatchObject({
    code: 'usage.bad_task',
    message: expect.stringMatching(says),
  });
});
