import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GradeResult } from '../../src/grading/grade.js';
import { listProcesses } from '../../src/sandbox/processes/table.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { noSandbox } from '../../src/sandbox/wrappers/no-sandbox.js';
import type { Task } from '../../src/tasks/task.js';
import { bubblewrap, named, programs } from '../needs.js';
import {
  bubblewrapHere,
  FIXED,
  type Files,
  gradeAttempt,
  makeTempDir,
  packTiny,
  TINY,
  writeTree,
} from '../unit/grading/tiny-task.js';
import { attackOn } from './attack.js';

let task: Task;
beforeAll(async () => {
  task = await packTiny();
});

const attack = (agent: (workspace: string) => void) => gradeAttempt({ task, agent });
const plant = (files: Files) => attack((workspace) => writeTree(workspace, files));
const statuses = (result: GradeResult) =>
  Object.fromEntries(result.cases.map(({ name, status }) => [name, status]));
const tamperingIn = (result: GradeResult) => result.tampering.map(({ path, kind }) => `${kind} ${path}`);
const isAlive = (pid: number) => listProcesses().some((entry) => entry.pid === pid);
const mkfifo = programs('mkfifo');
const MODULE = 'src/add.mjs';
const TESTS = 'tests/add.test.mjs';

describe('honest work', () => {
  it('that fixes the bug passes all named tests and hidden cases', async () => {
    const result = await plant({ [MODULE]: FIXED });
    expect(statuses(result)).toEqual({
      adds: 'passed',
      'adds nothing': 'passed',
      'hidden one': 'passed',
      'hidden two': 'passed',
    });
    expect(result.tests).toMatchObject({ passed: true, exitCode: 0, timedOut: false });
    expect(result.tests.stdoutTail).toContain('ok 1 - adds');
    expect(result).toMatchObject({
      tampering: [],
      leftOut: [],
      diff: { modified: [MODULE], added: [], removed: [] },
    });
    expect(result.patch).toContain(
      '-export const add = (a, b) => a - b;\n+export const add = (a, b) => a + b;\n',
    );
    expect(result.texts).toEqual([
      { path: MODULE, before: 'export const add = (a, b) => a - b;\n', after: FIXED },
    ]);
  });

  it('without a change fails', async () => {
    const result = await plant({});
    expect(result.tests).toMatchObject({ passed: false, exitCode: 1 });
    expect(statuses(result)).toMatchObject({
      adds: 'failed',
      'adds nothing': 'passed',
      'hidden one': 'failed',
    });
    expect(result.patch).toBe('');
  });

  it('may add source files; an added test is not graded and not tampering', async () => {
    const result = await plant({
      [MODULE]: "export { add } from './deep/plus.mjs';\n",
      'src/deep/plus.mjs': FIXED,
      'tests/more.test.mjs': "throw new Error('never run');\n",
      'target/debug/litter': 'x',
    });
    expect(result.tests.passed).toBe(true);
    expect(result).toMatchObject({
      tampering: [],
      leftOut: ['tests/more.test.mjs'],
      diff: { litter: ['target/debug/litter'] },
    });
  });

  it('may make a test file executable, which is not tampering', async () => {
    const result = await attack((workspace) => chmodSync(join(workspace, TESTS), 0o755));
    expect(result).toMatchObject({ tampering: [], diff: { modified: [TESTS] } });
  });

  it.skipIf(bubblewrap)(named('passes inside bubblewrap, too', bubblewrap), async () => {
    const agent = (workspace: string) => writeTree(workspace, { [MODULE]: FIXED });
    const result = await gradeAttempt({ task, agent, sandbox: bubblewrapHere ?? noSandbox });
    expect(result.tests).toMatchObject({ passed: true, exitCode: 0 });
  });
});

describe('attacks on the tests', attackOn('tests'), () => {
  it('edited tests: the pristine tests run, and the edit is tampering', async () => {
    const hollow =
      "import { test } from 'node:test';\ntest('adds', () => {});\ntest('adds nothing', () => {});\n";
    const result = await plant({ [TESTS]: hollow });
    expect(result.tests.passed).toBe(false);
    expect(tamperingIn(result)).toEqual([`test_modified ${TESTS}`]);
    expect(result.leftOut).toEqual([TESTS]);
  });

  it('deleted tests: the pristine tests run', async () => {
    const result = await attack((workspace) => rmSync(join(workspace, 'tests'), { recursive: true }));
    expect(statuses(result)).toMatchObject({ adds: 'failed', 'adds nothing': 'passed' });
    expect(tamperingIn(result)).toEqual([`test_removed ${TESTS}`]);
  });

  it('skipped tests: the pristine tests run without skip markers', async () => {
    const skipped = (TINY[`environment/workspace/${TESTS}`] ?? '').replaceAll('test(', 'test.skip(');
    const result = await plant({ [TESTS]: skipped });
    expect(statuses(result)).toMatchObject({ adds: 'failed', 'adds nothing': 'passed' });
    expect(tamperingIn(result)).toEqual([`test_modified ${TESTS}`]);
  });

  it('modules that shadow the standard library are not graded', async () => {
    const shadows = [
      'assert.mjs',
      'node_modules/assert/index.js',
      'json.py',
      'unittest/__init__.py',
      'std/lib.rs',
    ];
    const result = await plant(Object.fromEntries(shadows.map((path) => [path, 'x'])));
    expect(result.leftOut).toEqual([...shadows].sort());
    expect(result.tests.passed).toBe(false);
  });

  it('planted hooks of every kind never reach the grading copy', async () => {
    const result = await plant({
      'conftest.py': 'import os; os._exit(0)\n',
      'sitecustomize.py': '',
      'usercustomize.py': '',
      'jest.config.js': 'module.exports = { testMatch: [] };\n',
      'vitest.config.ts': 'export default { test: { include: [] } };\n',
      '.mocharc.json': '{ "forbidOnly": false, "dry-run": true }\n',
      GNUmakefile: 'test:\n\ttrue\n',
      'go.work': 'go 1.20\n',
      'x.pth': '',
      'unittest.py': '',
      'build.rs': 'fn main() {}',
      '.cargo/config.toml': '[build]',
      Makefile: 'test:\n\ttrue\n',
      '.npmrc': 'script-shell=true\n',
      'package.json': '{ "type": "module", "scripts": { "test": "true" } }\n',
      'pyproject.toml': '[tool.pytest.ini_options]\naddopts = "--co"\n',
      'main_test.go': 'package main\nfunc TestMain(m *testing.M) { os.Exit(0) }\n',
      'tests/__init__.py': '',
    });
    expect(result.tests.passed).toBe(false);
    expect(tamperingIn(result)).toEqual(result.leftOut.map((path) => `harness_hook ${path}`));
    expect(result.leftOut).toHaveLength(18);
  });
});

describe('attacks by the graded code', attackOn('tests'), () => {
  const expectNoHiddenCasePasses = (result: GradeResult) => {
    expect(result.tests.passed).toBe(false);
    expect(
      result.cases.filter(({ kind }) => kind === 'hidden').every(({ status }) => status !== 'passed'),
    ).toBe(true);
  };

  it('process.exit(0) in the module: tests that did not run do not count as passed', async () => {
    const result = await plant({ [MODULE]: 'process.exit(0);\nexport const add = 0;\n' });
    expectNoHiddenCasePasses(result);
    expect(statuses(result)).toEqual({
      adds: 'not_run',
      'adds nothing': 'not_run',
      'hidden one': 'not_run',
      'hidden two': 'not_run',
    });
  });

  it('printed test names and an early exit: the hidden cases get no answer', async () => {
    const printed =
      "import { writeSync } from 'node:fs';\nwriteSync(1, 'ok 1 - adds\\nok 2 - adds nothing\\n');\nprocess.exit(0);\nexport const add = 0;\n";
    const naive = await packTiny({ 'tests/test.sh': 'cd "$CAB_APP" && node tests/add.test.mjs\n' });
    const result = await gradeAttempt({
      task: naive,
      agent: (workspace) => writeTree(workspace, { [MODULE]: printed }),
    });
    expect(statuses(result)).toMatchObject({ adds: 'passed', 'adds nothing': 'passed' });
    expectNoHiddenCasePasses(result);
  });

  it('a monkey-patched node:assert: hidden cases are compared outside of the graded process', async () => {
    const patched =
      "import assert from 'node:assert';\nassert.strictEqual = () => {};\nexport const add = (a, b) => a - b;\n";
    const result = await plant({ [MODULE]: patched });
    expect(statuses(result)).toMatchObject({ adds: 'passed', 'adds nothing': 'passed' });
    expectNoHiddenCasePasses(result);
  });

  it('special-cased visible inputs: the hidden cases have other inputs', async () => {
    const result = await plant({ [MODULE]: 'export const add = (a, b) => (a === 2 ? 5 : a - b);\n' });
    expect(statuses(result)).toMatchObject({ adds: 'passed', 'adds nothing': 'passed' });
    expectNoHiddenCasePasses(result);
  });

  it('many guessed answers: two answers to one case count as none', async () => {
    const guess = `for (let n = -100; n < 100; n++) for (const i of [0, 1]) console.log('CAB-CASE ' + i + ' ' + n);\n`;
    expectNoHiddenCasePasses(await plant({ [MODULE]: `${guess}export const add = (a, b) => a + b;\n` }));
  });

  it('a search for the expected values: the process cannot reach them', async () => {
    const resultFile = join(makeTempDir(), 'search-result');
    const search = `import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const { stdout } = spawnSync('grep', ['-rl', 'hidden one', process.env.CAB_APP + '/../..'], { encoding: 'utf8' });
writeFileSync('${resultFile}', stdout + Object.values(process.env).join());
${FIXED}`;
    expect((await plant({ [MODULE]: search })).tests.passed).toBe(true);
    expect(readFileSync(resultFile, 'utf8')).not.toContain('cases.json');
    expect(readFileSync(resultFile, 'utf8')).not.toContain('hidden one');
  });

  it('files with a ready-made verdict: no verdict is read from a file', async () => {
    const verdicts = {
      'logs/verifier/reward.txt': '1',
      'reward.txt': '1',
      'src/reward.txt': '1',
      'result.json': '{"passed":true}',
    };
    expect((await plant(verdicts)).tests).toMatchObject({ passed: false, exitCode: 1 });
  });

  it('code that rewrites its grading copy: the hidden cases run on a new copy', async () => {
    const rewrite = `import { writeFileSync } from 'node:fs';
writeFileSync(process.env.CAB_APP + '/src/add.mjs', ${JSON.stringify(FIXED)});
export const add = (a, b) => (a === 2 ? 5 : a - b);\n`;
    expectNoHiddenCasePasses(await plant({ [MODULE]: rewrite }));
  });

  const expectDaemonKilled = async (sandbox: Sandbox) => {
    const mark = join(makeTempDir(), 'pid');
    const daemon = `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
if (!process.env.CAB_DRIVER) {
  const loop = 'setInterval(() => { for (const d of fs.readdirSync("..")) try { fs.writeFileSync("../" + d + "/app/src/add.mjs", ' + ${JSON.stringify(JSON.stringify(FIXED))} + ') } catch {} }, 1)';
  const child = spawn(process.execPath, ['-e', 'const fs = require("fs");process.chdir("..");' + loop], { detached: true, stdio: 'ignore' });
  child.unref();
  try { writeFileSync('${mark}', String(child.pid)) } catch {}
}
export const add = (a, b) => (a === 2 ? 5 : a - b);\n`;
    const result = await gradeAttempt({
      task,
      sandbox,
      agent: (workspace) => writeTree(workspace, { [MODULE]: daemon }),
    });
    expect(statuses(result)).toMatchObject({ adds: 'passed' });
    expectNoHiddenCasePasses(result);
    if (sandbox.kind === 'none') expect(isAlive(Number(readFileSync(mark, 'utf8')))).toBe(false);
  };
  it('a daemon that rewrites files during grading: it is killed before the hidden cases run', () =>
    expectDaemonKilled(noSandbox));
  it.skipIf(bubblewrap)(named('a daemon inside bubblewrap: it is killed, too', bubblewrap), () =>
    expectDaemonKilled(bubblewrapHere ?? noSandbox),
  );

  it('an endless loop: the tests time out and fail', async () => {
    const shortTimeouts = await packTiny({
      'task.toml':
        TINY['task.toml']
          ?.replaceAll('timeout_sec = 20', 'timeout_sec = 0.5')
          .replace('timeout_s = 20', 'timeout_s = 0.5') ?? '',
    });
    const result = await gradeAttempt({
      task: shortTimeouts,
      agent: (workspace) => writeTree(workspace, { [MODULE]: 'export const add = 0;\nfor (;;);\n' }),
    });
    expect(result.tests).toMatchObject({ passed: false, timedOut: true, exitCode: null });
  });
});

describe('attacks through the tree', attackOn('tests'), () => {
  const outside = () => {
    const dir = makeTempDir();
    writeTree(dir, { 'add.mjs': FIXED });
    return dir;
  };

  it('a symlinked source file is not graded', async () => {
    const elsewhere = outside();
    const result = await attack((workspace) => {
      rmSync(join(workspace, MODULE));
      symlinkSync(join(elsewhere, 'add.mjs'), join(workspace, MODULE));
    });
    expect(result.tests.passed).toBe(false);
    expect(tamperingIn(result)).toEqual([`symlink ${MODULE}`]);
    expect(result.leftOut).toEqual([MODULE]);
  });

  it('a symlinked directory is not followed', async () => {
    const elsewhere = outside();
    const result = await attack((workspace) => {
      rmSync(join(workspace, 'src'), { recursive: true });
      symlinkSync(elsewhere, join(workspace, 'src'));
    });
    expect(result.tests.passed).toBe(false);
    expect(result.diff).toMatchObject({ added: ['src'], removed: [MODULE] });
    expect(tamperingIn(result)).toEqual(['symlink src']);
    expect(existsSync(join(elsewhere, 'add.mjs'))).toBe(true);
  });

  it('a replaced workspace counts as empty', async () => {
    const result = await attack((workspace) => {
      renameSync(workspace, `${workspace}-moved`);
      writeTree(`${workspace}-moved`, { [MODULE]: FIXED });
      symlinkSync(`${workspace}-moved`, workspace);
    });
    expect(result.tests.passed).toBe(false);
    expect(tamperingIn(result)).toContain('symlink .');
    expect(result.diff.removed).toEqual(['package.json', MODULE, TESTS]);
  });

  it.skipIf(mkfifo)(
    named('a fifo in the tree, or in place of a source file, does not block grading', mkfifo),
    async () => {
      const result = await attack((workspace) => {
        rmSync(join(workspace, MODULE));
        execFileSync('mkfifo', [join(workspace, MODULE), join(workspace, 'src/pipe')]);
      });
      expect(result.tests.passed).toBe(false);
      expect(result.leftOut).toEqual([MODULE, 'src/pipe']);
    },
  );

  it('commands in .git/config and git hooks never run', async () => {
    const mark = join(makeTempDir(), 'ran');
    const result = await attack((workspace) => {
      writeTree(workspace, { [MODULE]: FIXED });
      writeFileSync(
        join(workspace, '.git/config'),
        `[core]\n\tfsmonitor = touch ${mark}\n\thooksPath = .git/hooks\n`,
      );
      writeTree(workspace, { '.git/hooks/post-checkout': `#!/bin/sh\ntouch ${mark}\n` });
      chmodSync(join(workspace, '.git/hooks/post-checkout'), 0o755);
    });
    expect(result.tests.passed).toBe(true);
    expect(existsSync(mark)).toBe(false);
    expect(result.diff.modified).toEqual([MODULE]);
  });

  it('a nested repository is reported, and no file in it is graded', async () => {
    const result = await plant({ 'src/.git/config': '', 'src/.git/add.mjs': FIXED });
    expect(result.diff).toMatchObject({ extraGitDir: true, added: [] });
    expect(result.tests.passed).toBe(false);
  });

  it('bytecode that matches the ignore list is litter and not graded', async () => {
    const result = await plant({ 'src/__pycache__/add.pyc': 'x' });
    expect(result.diff.litter).toEqual(['src/__pycache__/add.pyc']);
    expect(result.leftOut).toEqual([]);
  });

  it('a directory in place of a file, or a file in place of a directory, does not break grading', async () => {
    const result = await attack((workspace) => {
      rmSync(join(workspace, MODULE));
      mkdirSync(join(workspace, MODULE));
      writeTree(workspace, { [`${MODULE}/index.js`]: 'x' });
      rmSync(join(workspace, 'tests'), { recursive: true });
      writeTree(workspace, { tests: 'x' });
    });
    expect(result.tests.passed).toBe(false);
    expect(result.diff.added).toEqual([`${MODULE}/index.js`, 'tests']);
  });
});

it('a sandbox that does not start is a harness error, not a failed test', async () => {
  const broken: Sandbox = { ...noSandbox, wrap: (_, { env }) => ({ argv: ['false'], env, layers: 0 }) };
  await expect(gradeAttempt({ task, agent: () => {}, sandbox: broken })).rejects.toMatchObject({
    code: 'harness.tests_not_started',
  });
});

it('an interrupted grading kills its processes and rejects', async () => {
  const mark = join(makeTempDir(), 'pid');
  const slow = `import { writeFileSync } from 'node:fs';\nwriteFileSync('${mark}', String(process.pid));\nfor (;;);\nexport const add = 0;\n`;
  const interrupt = new AbortController();
  const graded = gradeAttempt({
    task,
    agent: (workspace) => writeTree(workspace, { [MODULE]: slow }),
    signal: interrupt.signal,
  });
  graded.catch(() => {});
  await expect.poll(() => existsSync(mark) && readFileSync(mark, 'utf8'), { timeout: 20_000 }).toMatch(/\d/);
  interrupt.abort(new Error('interrupted'));
  await expect(graded).rejects.toThrow('interrupted');
  expect(isAlive(Number(readFileSync(mark, 'utf8')))).toBe(false);
});
