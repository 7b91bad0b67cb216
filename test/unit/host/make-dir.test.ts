import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveAnswers } from '../../../src/cli/answers.js';
import { makeDir, makeDirSync } from '../../../src/host/make-dir.js';
import { linux, named } from '../../needs.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cab-make-dir-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe.each([
  ['makeDir', makeDir],
  ['makeDirSync', async (dir: string, mode?: number) => makeDirSync(dir, mode)],
])('%s', (_name, make) => {
  it('makes what is missing above too, all of one mode, and tells whether it was', async () => {
    const dir = join(root, 'a/b/c');
    expect(await make(dir, 0o700)).toBe(true);
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
    expect([await make(dir), await make('/')]).toEqual([false, false]);
  });

  it('says what stands in the way', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await expect(make(file)).rejects.toThrow('EEXIST');
    await expect(make(join(file, 'a/b'))).rejects.toThrow('ENOTDIR');
  });

  it.skipIf(linux)(named('ends where nothing can ever be made', linux), async () => {
    for (const dir of ['/proc/x', '/proc/x/y/z', '/sys/x'])
      await expect(make(dir)).rejects.toThrow(/E[A-Z]+:/);
  });
});

it('several at once make one tree', async () => {
  const dirs = ['a/b/c', 'a/b/d', 'a/b/c', 'a/e'].map((path) => join(root, path));
  await Promise.all(dirs.map((dir) => makeDir(dir)));
  for (const dir of dirs) expect(statSync(dir).isDirectory()).toBe(true);
});

it('answers that cannot be saved are asked again, and fail nothing', async () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  for (const dir of ['/proc/x', join(file, 'config')]) await saveAnswers(dir, { tui: 'opencode' });
});
