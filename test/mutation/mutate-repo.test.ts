import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { type MutateOptions, mutateRepo } from '../../src/mutation/mutate-repo.js';
import { noSandbox } from '../../src/sandbox/no-sandbox.js';
import { loadTaskDirectory } from '../../src/tasks/pack.js';
import { type Files, gradeAttempt, makeTempDir, writeTree } from '../grading/tiny-task.js';

const SHOP: Files = {
  'package.json': '{ "name": "shop", "type": "module", "scripts": { "test": "node --test test/" } }\n',
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

/** Installed, and not tracked. */
const MONEY: Files = {
  'node_modules/money/package.json': '{ "name": "money", "type": "module", "exports": "./index.js" }\n',
  'node_modules/money/index.js': 'export const cents = (price) => price * 100;\n',
};

/** The commit's id is part of what is drawn. */
const AT = '2026-01-01T00:00:00Z';

function repository(files: Files, untracked: Files = {}): string {
  const dir = join(makeTempDir(), 'shop');
  mkdirSync(dir);
  writeTree(dir, files);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: dir,
      env: { ...process.env, GIT_AUTHOR_DATE: AT, GIT_COMMITTER_DATE: AT },
    });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message=one');
  writeTree(dir, untracked);
  return dir;
}

async function mutants(repo: string, overrides: Partial<MutateOptions> = {}) {
  const outDir = join(makeTempDir(), 'out');
  const result = await mutateRepo({
    ...{
      repo,
      command: 'node --test test/',
      seed: 3,
      count: 1,
      language: null,
      testTimeoutS: 60,
      lend: false,
    },
    ...{ outDir, workDir: makeTempDir(), on: () => {} },
    host: {
      ...{
        git: 'git',
        node: process.execPath,
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
      },
      ...{
        systemDirs: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'],
        sandbox: noSandbox,
      },
      ...{
        masked: [],
        cacheDir: makeTempDir(),
        marker: `mutation-${process.pid}-${Math.random()}`,
        signal: new AbortController().signal,
      },
    },
    ...overrides,
  });
  return { result, outDir };
}

/** Every path below a directory with the hash of what is there. */
function contents(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(dir.length), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

it('makes tasks that the original solves, nothing else does, and that are the same the next time', async () => {
  const repo = repository(SHOP, MONEY);
  const before = contents(repo);
  const [first, second] = [await mutants(repo), await mutants(repo)];
  expect(contents(repo)).toEqual(before);
  expect(first.result.written).toHaveLength(1);
  expect(contents(second.outDir)).toEqual(contents(first.outDir));

  for (const { dir, mutant } of first.result.written) {
    const { path } = mutant.site;
    const ticket = readFileSync(join(dir, 'instruction.md'), 'utf8');
    for (const name of mutant.failToPass) expect(ticket).toContain(name);
    expect(ticket).not.toContain(path);

    const task = await loadTaskDirectory(dir, makeTempDir());
    const pathDirs = [dirname(process.execPath)];
    const grade = (agent: (workspace: string) => unknown) => gradeAttempt({ task, agent, pathDirs });
    const solved = await grade((workspace) => writeFileSync(join(workspace, path), SHOP[path] ?? ''));
    expect(solved.tests.passed).toBe(true);
    expect(solved.cases.find(({ kind }) => kind === 'hidden')?.status).toBe('passed');
    expect((await grade(() => {})).tests.passed).toBe(false);

    const edited = await grade((workspace) => rmSync(join(workspace, 'test'), { recursive: true }));
    expect([edited.tests.passed, edited.tampering.map(({ kind }) => kind)]).toEqual([
      false,
      ['test_removed'],
    ]);
  }
});

/** The same, with tests of a kind that trusts the process they are about. */
const PLAIN: Files = {
  ...SHOP,
  'test/shop.test.js': `${SHOP['test/shop.test.js']?.replace(
    "import { test } from 'node:test';",
    `const test = (name, body) => {
  try {
    body();
    console.log('PASS ' + name.replaceAll(' ', '-'));
  } catch {
    console.log('FAIL ' + name.replaceAll(' ', '-'));
    process.exitCode = 1;
  }
};`,
  )}`,
};

it('attack: source that prints the names of the tests and exits is found out by a bug it knows nothing of', async () => {
  const { result } = await mutants(repository(PLAIN, MONEY), { command: 'node test/shop.test.js' });
  const [made] = result.written;
  const task = await loadTaskDirectory(made?.dir ?? '', makeTempDir());
  const names = result.baseline.names.map((name) => `PASS ${name}`).join('\\n');
  const { tests, cases } = await gradeAttempt({
    task,
    pathDirs: [dirname(process.execPath)],
    agent: (workspace) => {
      const file = join(workspace, 'src/page.js');
      writeFileSync(file, `console.log('${names}');\nprocess.exit(0);\n${readFileSync(file, 'utf8')}`);
    },
  });
  expect(tests.passed).toBe(false);
  const notPassed = cases.filter(({ status }) => status !== 'passed');
  expect(notPassed.map(({ kind, status }) => `${kind} ${status}`)).toEqual(['hidden failed']);
});

it.each([
  [
    'tests that are red',
    { 'test/red.test.js': "import 'node:assert'; throw new Error('red');\n" },
    'usage.baseline_not_green',
  ],
  ['dependencies that are not installed', {}, 'usage.baseline_not_green'],
])('says no to %s, in a sentence', async (_, more, code) => {
  const repo = repository({ ...SHOP, ...more }, 'test/red.test.js' in more ? MONEY : {});
  const fault = await mutants(repo).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(UsageError);
  expect(fault).toMatchObject({ code });
  if (!('test/red.test.js' in more))
    expect((fault as UsageError).fix).toMatch(/^Dependencies are missing \(.*money/);
});

it('says no to output without names, to no repository, and to a ref that is not there', async () => {
  const repo = repository(SHOP, MONEY);
  await expect(mutants(repo, { command: 'true' })).rejects.toMatchObject({ code: 'usage.nameless_tests' });
  await expect(mutants(`${repo}#nowhere`)).rejects.toMatchObject({ code: 'usage.no_repository' });
  await expect(mutants(dirname(repo))).rejects.toMatchObject({ code: 'usage.no_repository' });
  await expect(mutants(repo, { language: 'rust' })).rejects.toMatchObject({ code: 'usage.no_source' });
  await expect(mutants(repo, { language: 'cobol' })).rejects.toMatchObject({
    code: 'usage.unknown_language',
  });
});
