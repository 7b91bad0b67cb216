import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { loadTaskDirectory } from '../../src/tasks/pack.js';
import { type Files, gradeAttempt, makeTempDir } from '../grading/tiny-task.js';
import { contents, MONEY, mutants, repository, SHOP } from '../mutation/shop.js';

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
