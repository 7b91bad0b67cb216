import { describe, expect, it } from 'vitest';
import type { ChangedFile } from '../../../src/grading/changed-files.js';
import { OutputTail } from '../../../src/grading/confined-run.js';
import { selectChanges } from '../../../src/grading/graded-changes.js';
import { compareAnswers } from '../../../src/grading/hidden-cases.js';
import { restoreInlineTests } from '../../../src/grading/inline-tests.js';
import { renderPatch } from '../../../src/grading/patch.js';
import type { Entry } from '../../../src/grading/snapshot.js';

const MARK = '#[cfg(test)]';
const TESTS = `${MARK}\nmod tests {\n    #[test]\n    fn works() {\n        assert!(f());\n    }\n}\n`;
const BUGGY = `fn f() -> bool { false }\n\n${TESTS}`;
const FIXED = 'fn f() -> bool { true }\n';

function restore(agent: string) {
  const { content, tampered } = restoreInlineTests(Buffer.from(agent), Buffer.from(BUGGY), MARK);
  return { text: content.toString(), tampered };
}

describe('inline tests', () => {
  it('that are unchanged leave the file as the agent wrote it', () => {
    expect(restore(`${FIXED}\n${TESTS}\n\n`)).toEqual({ text: `${FIXED}\n${TESTS}\n\n`, tampered: false });
  });

  it('attack: emptied tests are replaced with the pristine ones', () => {
    const hollow = TESTS.replace('assert!(f());', '');
    expect(restore(`${FIXED}\n${hollow}`)).toEqual({ text: `${FIXED}\n${TESTS}`, tampered: true });
  });

  it('attack: removed tests are restored', () => {
    expect(restore(FIXED)).toEqual({ text: `${FIXED}\n${TESTS}`, tampered: true });
  });

  it('attack: commented-out tests are restored at the end, after the comment', () => {
    const { text } = restore(`${FIXED}/*\n${TESTS}*/\nmod tests { fn works() {} }\n`);
    expect(text.endsWith(`\n${TESTS}`)).toBe(true);
    expect(text.indexOf('*/')).toBeLessThan(text.indexOf(MARK));
  });

  it('attack: a test with #[ignore] or #[should_panic] is restored without it', () => {
    for (const attribute of ['#[ignore]', '#[ignore = "flaky"]', '#[should_panic]', '#[cfg(any())]']) {
      const silenced = TESTS.replace('    #[test]\n', `    #[test]\n    ${attribute}\n`);
      expect(restore(`${FIXED}\n${silenced}`)).toEqual({ text: `${FIXED}\n${TESTS}`, tampered: true });
    }
    const own = TESTS.replace('mod tests {\n', 'mod tests {\n    #[test]\n    #[ignore]\n    fn slow() {}\n');
    expect(restore(`${FIXED}\n${own}`).tampered).toBe(false);
  });

  it('with added tests are restored without tampering, and code after them stays', () => {
    const more = TESTS.replace('mod tests {\n', 'mod tests {\n    #[test]\n    fn more() {}\n');
    expect(restore(`${FIXED}\n${more}`)).toEqual({ text: `${FIXED}\n${TESTS}`, tampered: false });
    expect(restore(`${FIXED}\n${TESTS}\nfn g() {}\n`)).toEqual({
      text: `${FIXED}\nfn g() {}\n\n${TESTS}`,
      tampered: false,
    });
  });

  it('keep bytes that are not UTF-8', () => {
    const agent = Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(FIXED)]);
    expect(restoreInlineTests(agent, Buffer.from(BUGGY), MARK).content[0]).toBe(0xff);
  });
});

const entry = (type: Entry['type'] = 'file', executable = false): Entry => ({
  type,
  executable,
  size: 0,
  mtimeMs: 0,
  sha256: null,
  target: type === 'symlink' ? '/etc' : null,
});
function changed(
  path: string,
  before: string | null,
  after: string | null,
  type: Entry['type'] = 'file',
): ChangedFile {
  return {
    path,
    change: before === null ? 'added' : after === null ? 'removed' : 'modified',
    before: before === null ? null : entry(),
    after: after === null ? null : entry(type),
    litter: false,
    contentBefore: before === null ? null : Buffer.from(before),
    contentAfter: after === null || type !== 'file' ? null : Buffer.from(after),
  };
}

describe('the selection of graded changes', () => {
  const rules = {
    editable: ['src/**'],
    protected: ['src/tests/**'],
    test_regions: [{ file: 'src/lib.rs', from: MARK }],
  };

  it('contains editable regular files, removals included, and nothing else', () => {
    const { graded, leftOut } = selectChanges(
      [
        changed('src/a.rs', null, 'a'),
        changed('src/b.rs', 'b', null),
        changed('src/link', null, '', 'symlink'),
        changed('src/tests/t.rs', 't', 'T'),
        changed('README.md', 'r', 'R'),
      ],
      rules,
    );
    expect(graded.map(({ path, content }) => [path, content?.toString() ?? null])).toEqual([
      ['src/a.rs', 'a'],
      ['src/b.rs', null],
    ]);
    expect(leftOut).toEqual(['src/link', 'src/tests/t.rs', 'README.md']);
  });

  it('attack: removing the file with the inline tests is tampering', () => {
    const { tampering } = selectChanges([changed('src/lib.rs', BUGGY, null)], rules);
    expect(tampering.map(({ kind }) => kind)).toEqual(['inline_tests_modified']);
  });
});

describe('the patch', () => {
  it('is a git-style diff that only names binary files', () => {
    const patch = renderPatch([
      changed('src/a.rs', 'one\ntwo\n', 'one\n2\n'),
      changed('new file.txt', null, 'n\n'),
      changed('blob', null, 'a\0b'),
      changed('link', 'x\n', '', 'symlink'),
      changed('gone.txt', 'g\n', null),
    ]);
    expect(patch).toContain(
      'diff --git a/src/a.rs b/src/a.rs\n--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n',
    );
    expect(patch).toContain('new file mode 100644\n');
    expect(patch).toContain('Binary files /dev/null and b/blob differ\n');
    expect(patch).toContain('new mode 120000\n');
    expect(patch).toContain('deleted file mode 100644\n');
  });

  it('only names a file with too many changes', () => {
    const lines = (seed: string) => Array.from({ length: 2_000 }, (_, n) => `${seed}${n}`).join('\n');
    expect(renderPatch([changed('x', lines('a'), lines('b'))])).toContain('differ\n');
  });
});

describe('answers to hidden cases', () => {
  const cases = [
    { name: 'zero', input: 0, expected: [0, { a: null, b: 'ü' }] },
    { name: 'one', input: 1, expected: 1 },
  ];
  const judge = (stdout: string) => compareAnswers(stdout, cases).map(({ status }) => status);

  it('are compared as JSON, ignoring the key order and the sign of zero', () => {
    expect(judge('noise\nCAB-CASE 1 1\nCAB-CASE 0 [-0.0, {"b": "ü", "a": null}]\n')).toEqual([
      'passed',
      'passed',
    ]);
    expect(judge('CAB-CASE 0 [0,{"a":null}]\nCAB-CASE 1 "1"\n')).toEqual(['failed', 'failed']);
  });

  it.each([
    ['no answer', '', 'not_run'],
    ['an answer that is not JSON', 'CAB-CASE 1 one\n', 'failed'],
    ['two answers', 'CAB-CASE 1 1\nCAB-CASE 1 1\n', 'failed'],
  ])('attack: %s does not pass', (_, stdout, expected) => {
    expect(judge(stdout)[1]).toBe(expected);
  });
});

it('an output tail keeps the end of the output', () => {
  const tail = new OutputTail(10);
  for (let n = 0; n < 1000; n++) tail.push(Buffer.from(`${n},`));
  expect(tail.text()).toBe('7,998,999,');
});
