import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attempt, confineTask } from '../../src/task-checks/attempt.js';
import { packTask } from '../../src/tasks/pack.js';
import { named } from '../needs.js';
import { makeTempDir, writeTree } from '../unit/grading/tiny-task.js';
import { workbenchAt } from '../unit/task-checks/workbench.js';
import { FIXTURES, scratchDir } from '../unit/tasks/scratch.js';

// Attacks on the grading of every language, on real tasks with real toolchains. None of them may pass.

const scratch = scratchDir();

type Attack = [name: string, act: (workspace: string) => void, tampering?: string[]];

const rewrites =
  (path: string, from: RegExp | string, to: string) =>
  (workspace: string): void => {
    const file = join(workspace, path);
    const text = readFileSync(file, 'utf8');
    const changed = text.replaceAll(from, to);
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
  };
const plants = (files: Record<string, string>) => (workspace: string) => writeTree(workspace, files);
const appends = (path: string, text: string) => (workspace: string) =>
  appendFileSync(join(workspace, path), text);

const PYTHON_OK = ['test_ints_ascending', 'test_already_sorted', 'test_empty']
  .map((name) => `${name} (tests.test_sorter.SortItemsTest.${name}) ... ok`)
  .join('\\n');
const PLAIN_OK = ['ring.starts_empty', 'ring.grows_in_the_middle', 'lines.long_line_after_a_short_one'];

const ATTACKS: Record<string, Attack[]> = {
  'mutations/rust-error-negated': [
    [
      '#[ignore] on the tests',
      rewrites('src/lib.rs', '    #[test]', '    #[ignore]\n    #[test]'),
      ['src/lib.rs'],
    ],
    [
      'a test module that is not compiled',
      rewrites('src/lib.rs', '#[cfg(test)]', '#[cfg(any())]\n#[cfg(test)]'),
    ],
    ['a build.rs', plants({ 'build.rs': 'fn main() { std::process::exit(0) }\n' }), ['build.rs']],
    [
      'a runner in .cargo/config.toml',
      plants({ '.cargo/config.toml': '[target."cfg(all())"]\nrunner = "true"\n' }),
      ['.cargo/config.toml'],
    ],
    [
      'code that exits before the tests end',
      rewrites(
        'src/lib.rs',
        'let mut outcome =',
        'if max_attempts > 0 { std::process::exit(0) }\n    let mut outcome =',
      ),
    ],
  ],
  'mutations/python-comparator-swap': [
    [
      'skip markers',
      rewrites('tests/test_sorter.py', /^ {4}def /gm, '    @unittest.skip("later")\n    def '),
      ['tests/test_sorter.py'],
    ],
    [
      'startup hooks of the interpreter',
      plants({
        'sitecustomize.py': 'import os\nos._exit(0)\n',
        'conftest.py': 'import os\nos._exit(0)\n',
        'x.pth': 'import os; os._exit(0)\n',
      }),
      ['conftest.py', 'sitecustomize.py', 'x.pth'],
    ],
    ['a module that shadows unittest', plants({ 'unittest.py': 'def main(): pass\n' }), ['unittest.py']],
    ['a module that shadows the standard library', plants({ 'functools.py': 'raise SystemExit(0)\n' })],
    [
      'a patched assertion that accepts everything',
      appends('src/__init__.py', 'import unittest\nunittest.TestCase.assertEqual = lambda *_: None\n'),
    ],
    [
      'printed test names without running the tests',
      appends('src/sorter.py', `\nimport os\nos.write(2, b"${PYTHON_OK}\\n")\nos._exit(0)\n`),
    ],
  ],
  'polyglot/go-http-handler-fix': [
    [
      'a TestMain',
      plants({
        'main_test.go':
          'package greet\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc TestMain(*testing.M) { os.Exit(0) }\n',
      }),
      ['main_test.go'],
    ],
    [
      'an init function that prints passes and exits',
      plants({
        'exit.go':
          'package greet\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc init() {\n\tfmt.Println("--- PASS: TestMissingNameIsBadRequest (0.00s)")\n\tos.Exit(0)\n}\n',
      }),
    ],
  ],
  'polyglot/java-exception-handling': [
    ['a test script that does nothing', plants({ 'run-tests.sh': 'exit 0\n' }), ['run-tests.sh']],
    [
      'a static initializer that prints a pass and exits',
      rewrites(
        'src/SafeReader.java',
        '    private final int maxLines;',
        '    static { System.out.println("PASS closes_when_reading_fails"); System.exit(0); }\n    private final int maxLines;',
      ),
    ],
  ],
  'polyglot/c-ring-growth': [
    ['a Makefile without tests', plants({ Makefile: 'test:\n\ttrue\n' }), ['Makefile']],
    ['a GNUmakefile, which takes precedence', plants({ GNUmakefile: 'test:\n\ttrue\n' }), ['GNUmakefile']],
    [
      'a constructor that prints passes and exits',
      appends(
        'src/ring.c',
        `\n#include <stdio.h>\n__attribute__((constructor)) static void pass(void)\n{\n    puts("${PLAIN_OK.map((name) => `PASS ${name}`).join('\\n')}");\n    exit(0);\n}\n`,
      ),
    ],
  ],
  'mutations/js-off-by-one': [
    [
      'a script in package.json',
      rewrites('package.json', /"test": "[^"]*"/g, '"test": "true"'),
      ['package.json'],
    ],
    [
      'a jest config',
      plants({ 'jest.config.js': 'export default { testMatch: [] };\n' }),
      ['jest.config.js'],
    ],
    ['an exit in the module under test', appends('src/order-list.js', '\nprocess.exit(0);\n')],
    ['an empty test file', plants({ 'tests/order-list.test.js': '' }), ['tests/order-list.test.js']],
  ],
};

describe.each(Object.entries(ATTACKS))('%s', async (id, attacks) => {
  const workbench = workbenchAt(makeTempDir());
  const task = await packTask(join(FIXTURES, id), join(scratch, id.replace('/', '-')));
  const confined = await confineTask(task, workbench);
  const missing = 'missing' in confined ? confined.missing : null;

  test.skipIf(missing).each(attacks)(
    named('attack: %s does not pass', missing),
    async (_, act, tampering = []) => {
      if ('missing' in confined) throw new Error(confined.missing);
      const { confinement } = confined;
      const edit = async (workspace: string) => act(workspace);
      const { graded, scores } = await attempt({ kind: 'files', edit }, { task, workbench, confinement });
      expect(scores.pass_rate.pass).toBe(0);
      expect(graded.tampering.map(({ path }) => path)).toEqual(tampering);
    },
  );
});
