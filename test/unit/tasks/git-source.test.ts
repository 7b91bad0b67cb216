import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkOutSource, type GitAccess, parseGitSource } from '../../../src/tasks/git-source.js';
import { scratchDir } from './scratch.js';

describe('parseGitSource', () => {
  it.each([
    ['https://host/a/b.git', { url: 'https://host/a/b.git', ref: 'HEAD', path: '' }],
    ['https://host/a/b.git#main', { url: 'https://host/a/b.git', ref: 'main', path: '' }],
    ['https://host/a/b.git#v1:x/y/', { url: 'https://host/a/b.git', ref: 'v1', path: 'x/y' }],
    ['git@host:a/b.git#:x', { url: 'git@host:a/b.git', ref: 'HEAD', path: 'x' }],
    ['mutations/js-off-by-one', null],
    ['./dir', null],
    ['--upload-pack=touch', null],
    ['ext::sh -c true', null],
  ])('%s', (name, expected) => expect(parseGitSource(name)).toEqual(expected));

  it('refuses paths that lead out and refs that look like options', () => {
    expect(() => parseGitSource('https://host/a.git#main:../x')).toThrow(
      'names a path that no repository has',
    );
    expect(() => parseGitSource('https://host/a.git#--upload-pack=x')).toThrow(
      'names a ref that no repository',
    );
  });
});

describe('checkOutSource', () => {
  const scratch = scratchDir();
  let made = 0;
  let repo: string;
  let access: GitAccess;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repo, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
    });
  const read = (ref: string, path = 'sub') => checkOutSource({ url: `file://${repo}`, ref, path }, access);
  const commit = (text: string) => {
    writeFileSync(join(repo, 'sub/file'), text);
    git('add', '-A');
    git('commit', '-qm', text);
    return git('rev-parse', 'HEAD').trim();
  };

  beforeEach(() => {
    const root = join(scratch, String(made++));
    repo = join(root, 'repo');
    mkdirSync(join(repo, 'sub'), { recursive: true });
    execFileSync('git', ['init', '-q', '-b', 'main', repo]);
    access = {
      git: 'git',
      host: { env: { PATH: process.env.PATH ?? '', HOME: root }, cacheDir: join(root, 'cache') },
    };
    commit('one');
  });

  it('checks out a branch, a tag and a commit', async () => {
    git('tag', '-a', '-m', 'x', 'v1');
    const first = git('rev-parse', 'HEAD').trim();
    commit('two');
    const contents = await Promise.all(
      ['main', 'v1', first].map(async (ref) => readFileSync(join(await read(ref), 'file'), 'utf8')),
    );
    expect(contents).toEqual(['two', 'one', 'one']);
    expect(readdirSync(join(await read('v1'), '..'))).toEqual(['sub']);
  });

  it('follows a branch while the repository is reachable, and uses the cache when it is not', async () => {
    const first = await read('main');
    commit('two');
    expect(readFileSync(join(await read('main'), 'file'), 'utf8')).toBe('two');
    renameSync(repo, `${repo}-gone`);
    expect(readFileSync(join(await read('main'), 'file'), 'utf8')).toBe('two');
    expect(existsSync(first)).toBe(true);
    await expect(read('other')).rejects.toThrow(
      `file://${repo} could not be read: '${repo}' does not appear`,
    );
  });

  it('reports a missing ref or directory', async () => {
    await expect(read('nope')).rejects.toThrow('it has no branch or tag nope');
    await expect(read('main', 'nope')).rejects.toThrow('has no directory nope');
  });

  it('attack: a link in the repository leads out of it', async () => {
    symlinkSync('/etc', join(repo, 'out'));
    commit('link');
    await expect(read('main', 'out')).rejects.toThrow('has no directory out');
  });
});
