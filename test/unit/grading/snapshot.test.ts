import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diffSnapshots } from '../../../src/grading/diff.js';
import { takeSnapshot } from '../../../src/grading/snapshot.js';
import { readRegularFile } from '../../../src/host/regular-file.js';
import { named, programs } from '../../needs.js';
import { makeTempDir, writeTree } from './tiny-task.js';

const mkfifo = programs('mkfifo');
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

async function changesBy(change: (dir: string) => void, ignore: string[] = []) {
  const dir = makeTempDir();
  writeTree(dir, { 'a.txt': 'a', 'src/b.txt': 'b', '.hidden/c': 'c' });
  const before = await takeSnapshot(dir);
  change(dir);
  return diffSnapshots(before, await takeSnapshot(dir), ignore);
}

it.skipIf(mkfifo)(
  named(
    'lists files, links and special files sorted, without opening special files or following links',
    mkfifo,
  ),
  async () => {
    const dir = makeTempDir();
    writeTree(dir, {
      'z.txt': '',
      'a/run.sh': '',
      '.git/config': 'x',
      'a/.git/config': 'x',
      'b/.git': 'gitdir: x',
    });
    chmodSync(join(dir, 'a/run.sh'), 0o755);
    symlinkSync('/etc', join(dir, 'link'));
    execFileSync('mkfifo', [join(dir, 'fifo')]);
    const server = createServer().listen(join(dir, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { entries, gitDirs, root } = await takeSnapshot(dir);
    server.close();

    expect(root).toBe(dir);
    expect([...entries.keys()]).toEqual(['a/run.sh', 'fifo', 'link', 'socket', 'z.txt']);
    expect(gitDirs).toEqual(['a/.git', 'b/.git']);
    expect(entries.get('a/run.sh')).toMatchObject({ type: 'file', executable: true, sha256: EMPTY_SHA256 });
    expect(entries.get('z.txt')).toMatchObject({ type: 'file', executable: false, size: 0 });
    expect(entries.get('link')).toMatchObject({ type: 'symlink', target: '/etc', sha256: null });
    expect(entries.get('fifo')).toMatchObject({ type: 'other' });
  },
);

it('lists names that are not UTF-8, and a sparse file of a terabyte', async () => {
  const dir = makeTempDir();
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0xfe])]), 'x');
  writeFileSync(join(dir, 'sparse'), '');
  truncateSync(join(dir, 'sparse'), 2 ** 40);
  const { entries } = await takeSnapshot(dir);
  expect(entries.size).toBe(2);
  expect(entries.get('sparse')).toMatchObject({ size: 2 ** 40, sha256: null });
});

it('is empty for a directory that is a link or missing', async () => {
  const dir = makeTempDir();
  symlinkSync('/etc', join(dir, 'link'));
  for (const path of ['link', 'gone']) {
    expect(await takeSnapshot(join(dir, path))).toMatchObject({ root: null, entries: new Map() });
  }
});

it('finds changes of content, executable bit, type and target, and no others', async () => {
  const diff = await changesBy(
    (dir) => {
      writeTree(dir, { 'a.txt': 'A', 'new.txt': 'n', 'target/x': 'x' });
      chmodSync(join(dir, 'src/b.txt'), 0o755);
      rmSync(join(dir, '.hidden'), { recursive: true });
      mkdirSync(join(dir, 'empty'));
    },
    ['target/**'],
  );
  expect(diff).toMatchObject({
    added: ['new.txt'],
    removed: ['.hidden/c'],
    modified: ['a.txt', 'src/b.txt'],
    litter: ['target/x'],
    extraGitDir: false,
  });
  expect((await changesBy((dir) => utimesSync(join(dir, 'a.txt'), 0, 0))).changes).toEqual([]);
});

it('attack: the final diff finds an edit that keeps size and time, which the live diff misses', async () => {
  const dir = makeTempDir();
  writeTree(dir, { 'a.txt': 'one' });
  const before = await takeSnapshot(dir);
  const { atime, mtime } = statSync(join(dir, 'a.txt'));
  writeTree(dir, { 'a.txt': 'two' });
  utimesSync(join(dir, 'a.txt'), atime, mtime);
  // utimes sets whole milliseconds, so the live diff starts from a snapshot with that time.
  const touched = await takeSnapshot(dir, { trusting: before });
  expect(diffSnapshots(before, await takeSnapshot(dir), []).modified).toEqual(['a.txt']);
  expect(diffSnapshots(touched, await takeSnapshot(dir, { trusting: touched }), []).modified).toEqual([]);
});

it.skipIf(mkfifo)(named('reads only regular files, and only through real directories', mkfifo), async () => {
  const dir = makeTempDir();
  writeTree(dir, { 'src/a.txt': 'a', 'elsewhere/a.txt': 'b' });
  symlinkSync('elsewhere', join(dir, 'lib'));
  symlinkSync('src/a.txt', join(dir, 'link'));
  execFileSync('mkfifo', [join(dir, 'fifo')]);
  const read = async (path: string, maxBytes = 10) =>
    (await readRegularFile(dir, path, maxBytes))?.toString() ?? null;
  expect(await read('src/a.txt')).toBe('a');
  for (const path of ['lib/a.txt', 'link', 'fifo', 'src', 'gone']) expect(await read(path)).toBeNull();
  expect(await read('src/a.txt', 0)).toBeNull();
});
