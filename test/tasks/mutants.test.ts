import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { changedLines } from '../../src/mutation/find-mutants.js';
import { mutate, type Site } from '../../src/mutation/sites.js';
import { loadTaskDirectory } from '../../src/tasks/pack.js';
import { type Files, gradeAttempt, makeTempDir } from '../unit/grading/tiny-task.js';
import { contents, MONEY, mutants, repository, SHOP } from '../unit/mutation/shop.js';

it('makes the same tasks each time, which only the original code solves', async () => {
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
    const solved = await grade((workspace) => {
      expect(readableLines(workspace, removedLines(SHOP[path] ?? '', mutant.site))).toEqual([]);
      writeFileSync(join(workspace, path), SHOP[path] ?? '');
    });
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

/** The original lines that the mutated text does not contain. */
function removedLines(text: string, site: Site): string[] {
  const mutated = mutate(text, site);
  return changedLines(text, site).filter((line) => !mutated.includes(line));
}

/** The lines that an agent can read in its workspace, git objects included. */
function readableLines(workspace: string, lines: readonly string[]): string[] {
  expect(lines).not.toEqual([]);
  const files = readdirSync(workspace, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  const objects = ['cat-file', '--batch-all-objects', '--batch'];
  texts.push(execFileSync('git', objects, { cwd: workspace, encoding: 'latin1' }));
  return lines.filter((line) => texts.some((text) => text.includes(line)));
}

it('attack: the ticket contains no changed line when the tests print the source', async () => {
  const { 'src/page.js': _, ...cart } = SHOP;
  const verboseTests = (SHOP['test/shop.test.js'] ?? '')
    .replaceAll(/, (\d+)\)\);/g, ', $1, String(total)));')
    .replaceAll(/^.*\bpage\b.*\n/gm, '');
  const { result } = await mutants(repository({ ...cart, 'test/shop.test.js': verboseTests }, MONEY));
  const [made] = result.written;
  const site = made?.mutant.site as Site;
  const ticket = readFileSync(join(made?.dir ?? '', 'instruction.md'), 'utf8');
  // The ticket contains the source without the changed line.
  expect(ticket).toContain('for (const { price, count } of items) {');
  for (const line of changedLines(SHOP[site.path] ?? '', site)) expect(ticket).not.toContain(line);
  expect(ticket).not.toContain(site.operator);
});

/** The shop with tests that run in one process and only print their results. */
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

it('attack: source that prints passing tests and exits fails the control', async () => {
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
