import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MutateOptions, mutateRepo } from '../../../src/mutation/mutate-repo.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { type Files, makeTempDir, writeTree } from '../grading/tiny-task.js';
import { testHost } from '../host/test-host.js';

/** A package with one dependency, whose tests notice most mutations. */
export const SHOP: Files = {
  'package.json': '{ "name": "shop", "type": "module", "scripts": { "test": "node --test" } }\n',
  '.gitignore': 'node_modules\n',
  'src/cart.js': `import { cents } from 'money';

export function total(items, { discount = 0, freeFrom = 5000 } = {}) {
  if (items.length === 0) return 0;
  let sum = 0;
  for (const { price, count } of items) {
    if (count <= 0) continue;
    sum += cents(price) * count;
  }
  const reduced = sum - Math.min(sum, discount);
  return reduced >= freeFrom ? reduced : reduced + 490;
}
`,
  'src/page.js': `export function page(list, n, size = 10) {
  if (n < 1) throw new RangeError('pages begin at 1');
  const start = (n - 1) * size;
  return list.slice(start, start + size);
}
`,
  'test/shop.test.js': `import assert from 'node:assert';
import { test } from 'node:test';
import { total } from '../src/cart.js';
import { page } from '../src/page.js';

test('an empty cart', () => assert.strictEqual(total([]), 0));
test('shipping below the limit', () => assert.strictEqual(total([{ price: 10, count: 2 }]), 2490));
test('no shipping from the limit on', () => assert.strictEqual(total([{ price: 50, count: 1 }]), 5000));
test('a discount', () => assert.strictEqual(total([{ price: 60, count: 1 }], { discount: 500 }), 5500));
test('nothing counts nothing', () =>
  assert.strictEqual(total([{ price: 60, count: 1 }, { price: 7, count: 0 }]), 6000));
test('pages', () => assert.deepStrictEqual(page([1, 2, 3, 4, 5], 2, 2), [3, 4]));
test('no page 0', () => assert.throws(() => page([], 0)));
`,
};

/** The dependency: installed, not tracked. */
export const MONEY: Files = {
  'node_modules/money/package.json': '{ "name": "money", "type": "module", "exports": "./index.js" }\n',
  'node_modules/money/index.js': 'export const cents = (price) => price * 100;\n',
};

/** Fixed, because the commit id seeds the order of the sites. */
const COMMIT_DATE = '2026-01-01T00:00:00Z';

/** Commits the files, always with the same commit id. Returns the directory. */
export function repository(files: Files, untracked: Files = {}): string {
  const dir = join(makeTempDir(), 'shop');
  mkdirSync(dir);
  writeTree(dir, files);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: dir,
      env: { ...process.env, GIT_AUTHOR_DATE: COMMIT_DATE, GIT_COMMITTER_DATE: COMMIT_DATE },
    });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message=one');
  writeTree(dir, untracked);
  return dir;
}

/** Makes tasks from a repository, without a sandbox. */
export async function mutants(repo: string, overrides: Partial<MutateOptions> = {}) {
  const outDir = join(makeTempDir(), 'out');
  const result = await mutateRepo({
    ...{
      repo,
      command: 'node --test',
      seed: 3,
      count: 1,
      language: null,
      testTimeoutS: 60,
      inPlace: false,
    },
    ...{ outDir, on: () => {} },
    workbench: {
      host: testHost({
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
        cacheDir: makeTempDir(),
      }),
      git: 'git',
      sandbox: noSandbox,
      tempDir: makeTempDir(),
      masked: [],
      marker: `mutation-${process.pid}-${Math.random()}`,
      signal: new AbortController().signal,
    },
    ...overrides,
  });
  return { result, outDir };
}

/** The SHA-256 of every file below a directory, by path. */
export function contents(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(dir.length), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}
