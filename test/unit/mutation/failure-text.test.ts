import { describe, expect, it } from 'vitest';
import type { RunOutput } from '../../../src/grading/stable-paths.js';
import { commonFailures } from '../../../src/mutation/failure-text.js';
import { changedLines } from '../../../src/mutation/find-mutants.js';
import type { TestFormat } from '../../../src/tasks/manifest.js';

const outputOf = (stdout: string, run = 'a'): RunOutput => ({
  stdout,
  stderr: '',
  tree: `/tmp/${run}/app`,
  scratch: `/tmp/${run}`,
  tests: `/tmp/${run}/tests`,
});

/** The failure text of two runs that print the same, in different directories. */
function failureText(format: TestFormat, output: string, secrets: string[] = []): string[] {
  const runs = [outputOf(output), outputOf(output.replaceAll('/tmp/a', '/tmp/b'), 'b')] as const;
  return commonFailures(runs, format, secrets).split('\n');
}

describe('the failure text', () => {
  it('contains only the failed tests of TAP, under the comment that names them', () => {
    const output = `TAP version 13
# adds
ok 1 should be deeply equivalent
# slash break
not ok 2 should be deeply equivalent
  ---
    operator: deepEqual
    expected: |-
      { I: '/foo' }
    actual: |-
      { I: true }
    at: Test.<anonymous> (/tmp/a/app/test/parse.js:160:4)
    stack: |-
      Error: should be deeply equivalent
  ...
# alias
ok 3 should be strictly equal
`;
    expect(failureText('tap', output)).toEqual([
      'slash break > should be deeply equivalent:',
      '  expected: |-',
      "  { I: '/foo' }",
      '  actual: |-',
      '  { I: true }',
    ]);
  });

  it.each([
    [
      'Surefire 2',
      `Running org.x.BoxTest
Tests run: 2, Failures: 0, Errors: 1, Skipped: 0, Time elapsed: 0.001 sec <<< FAILURE!
opens(org.x.BoxTest)  Time elapsed: 0 sec  <<< ERROR!
java.lang.ArrayIndexOutOfBoundsException: Index 0 out of bounds for length 0
	at org.x.Box.open(Box.java:165)

Results :

Tests in error:
  opens(org.x.BoxTest): Index 0 out of bounds for length 0

Tests run: 2, Failures: 0, Errors: 1, Skipped: 0

[INFO] BUILD FAILURE
[ERROR] -> [Help 1]
`,
      ['Tests in error:', '  opens(org.x.BoxTest): Index 0 out of bounds for length 0'],
    ],
    [
      'Surefire 3',
      `[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 s <<< FAILURE!
[INFO]
[INFO] Results:
[INFO]
[ERROR] Failures:
[ERROR]   BoxTest.opens:12 expected:<1> but was:<2>
[INFO]
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0
[INFO] Total time:  8.074 s
`,
      ['[ERROR] Failures:', '[ERROR]   BoxTest.opens:12 expected:<1> but was:<2>'],
    ],
  ])('contains the results of Maven without its own messages, in %s', (_, output, expected) => {
    expect(failureText('surefire', output)).toEqual(expected);
  });

  it('contains no duration, in any spelling of a runner', () => {
    const output = `FAIL a, elapsed: 0.2 s
FAIL b took 12 ms
FAIL c - Duration: 3 seconds
FAIL d (5 ms)
FAIL e: expected 5 s and got 3 s
`;
    expect(failureText('plain', output)).toEqual([
      'FAIL a',
      'FAIL b',
      'FAIL c',
      'FAIL d',
      'FAIL e: expected 5 s and got 3 s',
    ]);
  });

  it('contains no path of this machine, and no line that only one of two runs prints', () => {
    const [first, second] = [
      outputOf('FAIL /tmp/a/app/x\nFAIL run 1\n'),
      outputOf('FAIL /tmp/b/app/x\nFAIL run 2\n', 'b'),
    ];
    expect(commonFailures([first, second], 'plain', [])).toBe('FAIL x');
  });

  it('attack: the changed line stays secret when tests or compilers print it', () => {
    const text = 'int f(int a) {\n  if (a < limit) return 0;\n  return a;\n}\n';
    const site = {
      ...{ path: 'src/f.c', operator: 'shifted-boundary', line: 2, id: '0', replacement: '<=' },
      ...{ start: text.indexOf('<'), end: text.indexOf('<') + 1 },
    };
    const secrets = changedLines(text, site);
    expect(secrets).toEqual(['if (a < limit) return 0;', 'if (a <= limit) return 0;']);
    const output = `src/f.c:2:9: warning: expected something else in this comparison
    2 |   if (a <= limit) return 0;
FAIL f: expected 0 and got 1
FAIL f: the source should be "if (a < limit) return 0;"
`;
    expect(failureText('plain', output, secrets)).toEqual(['FAIL f: expected 0 and got 1']);
  });

  it('attack: lines that a mutation removes count as changed lines', () => {
    const text = 'a();\nif (broken) {\n  throw new Error("x");\n}\nb();\n';
    const guard = 'if (broken) {\n  throw new Error("x");\n}\n';
    const site = {
      ...{ path: 'a.js', operator: 'removed-guard', line: 2, id: '0', replacement: '' },
      ...{ start: text.indexOf(guard), end: text.indexOf(guard) + guard.length },
    };
    expect(changedLines(text, site)).toEqual(
      expect.arrayContaining(['if (broken) {', 'throw new Error("x");']),
    );
  });
});
