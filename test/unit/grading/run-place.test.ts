import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type RunDirs, withStablePaths } from '../../../src/grading/stable-paths.js';
import { readTestNames } from '../../../src/grading/test-names.js';
import type { TestFormat } from '../../../src/tasks/manifest.js';

const runIn = (dir: string): RunDirs => ({ tree: `${dir}/app`, scratch: dir, tests: `${dir}/tests` });
const [PLAIN, ODD] = ['/tmp/visible-a1', '/home/me/my tmp/#2 (x)/warm-b2'].map(runIn) as [RunDirs, RunDirs];
const escaped = (text: string) => text.replace(/[\\#]/g, '\\$&');
const underscored = (text: string) => text.replaceAll(' ', '_');

/** Output of runners that name a test by a path of the run, and the expected name. */
const BY_PATH: Array<[TestFormat, (dirs: RunDirs) => string, string]> = [
  ['node-tap', ({ tree }) => `ok 1 - ${escaped(tree)}/test/helper.js\n`, 'test/helper.js'],
  ['node-tap', ({ tree }) => `ok 1 - from ${escaped(pathToFileURL(tree).href)}/a.js\n`, 'from a.js'],
  ['tap', ({ tree }) => `# ${tree}/test/a.js\nok 1 in ${tree}\n`, 'test/a.js > in .'],
  ['pytest', ({ tree }) => `${tree}/tests/test_a.py::test_x PASSED [ 9%]\n`, 'tests/test_a.py::test_x'],
  ['pytest', ({ scratch }) => `a.py::x[${scratch}/tmp/q] PASSED [ 9%]\n`, 'a.py::x[/tmp/tmp/q]'],
  ['libtest', ({ tree }) => `test ${tree}/src/lib.rs - add ... ok\n`, 'src/lib.rs - add'],
  ['go-test', ({ tree }) => `    --- PASS: TestAll/${underscored(tree)}/a (0.00s)\n`, 'TestAll/a'],
  ['spec', ({ tree }) => ` ✓ file://${tree}/test/a.js 3ms\n`, 'test/a.js'],
  ['automake', ({ tree }) => `PASS: ${tree}/check.sh\n`, 'check.sh'],
  ['plain', ({ tests }) => `PASS ${tests}/one\n`, '/tests/one'],
];

describe('a test that is named by a path has the same name in every directory', () => {
  it.each(BY_PATH)('%s: %s', (format, print, name) => {
    for (const dirs of [PLAIN, ODD]) {
      const run = { ...dirs, stdout: '', stderr: print(dirs) };
      expect([...readTestNames(format, run).keys()]).toEqual([name]);
    }
  });
});

it('does not change a path that only starts like a directory of the run', () => {
  const text = `${PLAIN.tree}-2/x ${PLAIN.tree}.old ${PLAIN.scratch}b`;
  expect(withStablePaths(text, PLAIN)).toBe(`/tmp/app-2/x /tmp/app.old ${PLAIN.scratch}b`);
  expect(withStablePaths(`It is in ${PLAIN.tree}.`, PLAIN)).toBe('It is in ..');
});
