import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findTest, readTestNames } from '../../../src/grading/test-names.js';
import type { TestFormat } from '../../../src/tasks/manifest.js';
import { makeTempDir, writeTree } from './tiny-task.js';

const DIRS = { tree: '/tmp/a#1 b/app', scratch: '/tmp/a#1 b', tests: '/tmp/a#1 b/tests' };
const statusesIn = (format: TestFormat, stdout: string, stderr = '') =>
  readTestNames(format, { ...DIRS, stdout, stderr });
const read = (format: TestFormat, stdout: string, stderr?: string) =>
  Object.fromEntries(statusesIn(format, stdout, stderr));

describe('libtest', () => {
  it('reads passed, failed and ignored tests', () => {
    const output = `
running 4 tests
test tests::gives_up ... ok
test tests::panics - should panic ... ok
test tests::slow ... ignored
test tests::retries ... FAILED

failures:
test result: FAILED. 2 passed; 1 failed; 1 ignored
`;
    expect(read('libtest', output)).toEqual({
      'tests::gives_up': 'passed',
      'tests::panics': 'passed',
      'tests::retries': 'failed',
    });
  });

  it('attack: a name that failed once stays failed when it is printed as passed', () => {
    expect(read('libtest', 'test t ... FAILED\ntest t ... ok\n')).toEqual({ t: 'failed' });
  });
});

describe('unittest', () => {
  it('reads both styles of id, docstrings, output of the test in between, and skips', () => {
    const output = `
test_one (tests.test_x.X.test_one) ... ok
test_two (tests.test_x.X) ... FAIL
test_doc (tests.test_x.X.test_doc)
A test with a docstring. ... ok
test_loud (tests.test_x.X.test_loud) ... printed (by the test)
more of it
ok
test_skipped (tests.test_x.X.test_skipped) ... skipped 'no'
test_known (tests.test_x.X.test_known) ... expected failure
test_surprise (tests.test_x.X.test_surprise) ... unexpected success
test_last (tests.test_x.X.test_last) ... ERROR

======================================================================
FAIL: test_sub (tests.test_x.X.test_sub) (i=1)
`;
    expect(read('unittest', '', output)).toEqual({
      'tests.test_x.X.test_one': 'passed',
      'tests.test_x.X.test_two': 'failed',
      'tests.test_x.X.test_doc': 'passed',
      'tests.test_x.X.test_loud': 'passed',
      'tests.test_x.X.test_known': 'passed',
      'tests.test_x.X.test_surprise': 'failed',
      'tests.test_x.X.test_last': 'failed',
      'tests.test_x.X.test_sub': 'failed',
    });
  });
});

describe('node-tap', () => {
  it('reads the output of this Node, with nested and skipped tests', () => {
    const dir = makeTempDir();
    const file = `
import { describe, it, test } from 'node:test';
test('passes # with a hash', () => {});
test('fails', () => { throw new Error('ok 9 - not a test'); });
test('skipped', { skip: true }, () => {});
describe('outer', () => { it('inner', () => {}); describe('deep', () => { it('inner', () => { throw new Error('x'); }); }); });
console.log('ok 7 - printed');
`;
    writeTree(dir, { 'a.test.mjs': file });
    let output = '';
    try {
      execFileSync(process.execPath, ['--test', '--test-reporter=tap', 'a.test.mjs'], {
        cwd: dir,
        encoding: 'utf8',
        env: {},
      });
    } catch (error) {
      output = String((error as { stdout: unknown }).stdout);
    }
    expect(read('node-tap', output)).toEqual({
      'passes # with a hash': 'passed',
      fails: 'failed',
      outer: 'failed',
      'outer > inner': 'passed',
      'outer > deep': 'failed',
      'outer > deep > inner': 'failed',
    });
  });
});

describe('go-test', () => {
  it('reads passed, failed and skipped tests and their subtests', () => {
    const output = `=== RUN   TestGreet
=== RUN   TestGreet/missing_name
    handler_test.go:20: status 200, want 400
=== RUN   TestGreet/name
--- FAIL: TestGreet (0.01s)
    --- FAIL: TestGreet/missing_name (0.00s)
    --- PASS: TestGreet/name (0.00s)
--- SKIP: TestSlow (0.00s)
--- PASS: TestHealth (1.20s)
FAIL
FAIL\texample.com/greeter\t0.004s
`;
    expect(read('go-test', output)).toEqual({
      TestGreet: 'failed',
      'TestGreet/missing_name': 'failed',
      'TestGreet/name': 'passed',
      TestHealth: 'passed',
    });
  });

  it('reads no test of a package that does not build', () => {
    expect(read('go-test', '# x\n./x.go:3:1: syntax error\nFAIL\tx [build failed]\n')).toEqual({});
  });
});

describe('spec', () => {
  it('reads titles that contain carriage returns', () => {
    expect(read('spec', ' ✓ a > \r#x p 0ms\n ✓ a > b\r 0ms\n × a > c 3ms\r\n')).toEqual({
      'a >  #x p': 'passed',
      'a > b': 'passed',
      'a > c': 'failed',
    });
  });
});

describe('surefire', () => {
  it('reads classes, whose name is in the line of counts or above it', () => {
    const output = `
[INFO] Running org.x.ATest
[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.03 s -- in org.x.ATest
[INFO] Running org.x.BTest
[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! -- in org.x.BTest
Running org.x.CTest
printed by the test
Tests run: 5, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.248 sec
Running org.x.DTest
Tests run: 1, Failures: 0, Errors: 1, Skipped: 0, Time elapsed: 0 sec  <<< ERROR!

Tests run: 11, Failures: 1, Errors: 1, Skipped: 0
`;
    expect(read('surefire', output)).toEqual({
      'org.x.ATest': 'passed',
      'org.x.BTest': 'failed',
      'org.x.CTest': 'passed',
      'org.x.DTest': 'failed',
    });
  });
});

describe('plain', () => {
  it('reads names, with and without a reason', () => {
    const output =
      'cc -o tests a.c\nPASS ring.empty\nFAIL ring.wraps: expected 3, got 2\nFAIL ring.grows\n2 of 3 FAILED\n';
    expect(read('plain', output)).toEqual({
      'ring.empty': 'passed',
      'ring.wraps': 'failed',
      'ring.grows': 'failed',
    });
    const statuses = statusesIn('plain', output);
    expect(findTest(statuses, 'plain', 'wraps')).toBe('failed');
  });

  it('does not read a sentence as a result', () => {
    expect(read('plain', 'PASS rate is high\n PASS indented\nPASSED x\nPASS\n')).toEqual({});
  });
});

it('finds tests by a short name, which passed only if all of them did', () => {
  const statuses = statusesIn('libtest', 'test a::x ... ok\ntest b::x ... FAILED\ntest a::y ... ok\n');
  expect(findTest(statuses, 'libtest', 'a::x')).toBe('passed');
  expect(findTest(statuses, 'libtest', 'x')).toBe('failed');
  expect(findTest(statuses, 'libtest', 'y')).toBe('passed');
  expect(findTest(statuses, 'libtest', 'z')).toBe('not_run');
});
