import { describe, expect, it } from 'vitest';
import { languageOf } from '../../../src/mutation/languages.js';
import { OPERATORS } from '../../../src/mutation/operators.js';
import { findSites, findTestRegion, isOwnSource, mutate } from '../../../src/mutation/sites.js';
import { readSource } from '../../../src/mutation/source.js';

/** Every text that one operator makes from a source. */
function mutants(operator: string, language: string, text: string): string[] {
  const source = readSource(text, languageOf(language).lexis);
  return OPERATORS.filter(({ name }) => name === operator)
    .flatMap(({ edits }) => edits(source))
    .map((edit) => mutate(text, edit));
}

describe('operators', () => {
  it.each([
    ['shifted-boundary', 'rust', 'let x: Vec<u8> = a; if n < 3 {}', ['let x: Vec<u8> = a; if n <= 3 {}']],
    [
      'swapped-comparator',
      'javascript',
      'a === b; s = "x === y"; // c === d',
      ['a !== b; s = "x === y"; // c === d'],
    ],
    ['inverted-error-check', 'go', 'if err != nil {}', ['if err == nil {}']],
    ['inverted-error-check', 'rust', 'if attempt.is_err() {}', ['if attempt.is_ok() {}']],
    ['inverted-error-check', 'python', 'x is None', ['x is not None']],
    ['inverted-error-check', 'python', 'x is not None', ['x is None']],
    ['swapped-logic', 'python', 'a and b', ['a or b']],
    ['swapped-arithmetic', 'c', 'int f(char *s) { return a + b; }', ['int f(char *s) { return a - b; }']],
    ['off-by-one', 'java', 'return list.size() - 1;', ['return list.size();']],
    ['wrong-constant', 'go', 'x[0] = pair.1', ['x[1] = pair.1']],
    [
      'dropped-await',
      'javascript',
      'for await (const x of y) { await z(x); }',
      ['for await (const x of y) { z(x); }'],
    ],
    [
      'swapped-arguments',
      'python',
      'def f(a, b):\n    return g(a, b.c)\n',
      ['def f(a, b):\n    return g(b.c, a)\n'],
    ],
    ['lost-negation', 'cpp', 'if (!ready && a != b) go();', ['if (ready && a != b) go();']],
    ['negated-condition', 'javascript', 'if (a && b) c();', ['if (!(a && b)) c();']],
    [
      'negated-condition',
      'python',
      'if not ok:\n    x = 1 if y else 2\n',
      ['if ok:\n    x = 1 if y else 2\n'],
    ],
    [
      'negated-condition',
      'rust',
      'if let Some(x) = y {} else if done {}',
      ['if let Some(x) = y {} else if !done {}'],
    ],
    ['removed-guard', 'python', 'a()\nif b:\n    raise C(\n        1,\n    )\nd()\n', ['a()\nd()\n']],
    ['removed-guard', 'go', 'a()\nif b {\n\treturn c\n}\nd()\n', ['a()\nd()\n']],
    ['removed-guard', 'javascript', 'if (a) return;\nelse b();\n', []],
    ['removed-guard', 'go', 'if b {\n\tx := 1\n\treturn x\n}\n', []],
  ])('%s in %s: %s', (operator, language, text, expected) => {
    expect(mutants(operator, language, text)).toEqual(expected);
  });

  it('find no site in strings, templates, regular expressions, comments or directives', () => {
    const texts = {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
      javascript: 'const a = `${b === `c < 1 ${d}`} && 1`; const r = /[/]&& 1 === 2/; /* 1 === 2 */',
      python: '"""a and 1 == 2"""\nf\'{a} and 1\'\n# not x\n',
      rust: 'let a = r#"1 == 2 "&& "#; let c = \'=\'; fn f<\'a>() {} /* /* 1 == 2 */ 1 */',
      cpp: '#define A 1 \\\n  && 2\nauto s = R"x(1 == 2)" )x";',
      go: 's := `1 == 2` + "\\"&& 1"',
      java: 'String s = """\n 1 == 2 " && 1\n""";',
    };
    for (const [language, text] of Object.entries(texts)) {
      const sites = findSites([{ path: 'a', text }], languageOf(language), 'x');
      expect({
        language,
        sites: sites.map(({ operator, start }) => `${operator} ${text.slice(start)}`),
      }).toEqual({
        language,
        sites: [],
      });
    }
  });
});

describe('sites', () => {
  const files = [
    { path: 'src/a.js', text: 'export const f = (a) => (a < 1 ? a + 2 : a - 3) === 4 && !a;\n' },
  ];

  it('come in an order that depends only on the seed', () => {
    const order = (seed: string) => findSites(files, languageOf('javascript'), seed).map(({ id }) => id);
    expect(order('1')).toEqual(order('1'));
    expect(order('1')).not.toEqual(order('2'));
    expect(new Set(order('1'))).toEqual(new Set(order('2')));
  });

  it('are in the project’s source code, not in tests, settings or docs', () => {
    const own = isOwnSource(languageOf('python'));
    const paths = [
      'pkg/a.py',
      'tests/b.py',
      'pkg/test_c.py',
      'setup.py',
      'pkg/conftest.py',
      'docs/d.py',
      'pkg/e.txt',
    ];
    expect(paths.filter(own)).toEqual(['pkg/a.py']);
  });

  it('are above the test module of a Rust file', () => {
    const text = '#[cfg(test)]\nuse x;\nfn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n';
    expect(findTestRegion('a.rs', text)).toEqual({ from: 'mod tests {', offset: text.indexOf('mod tests') });
    expect(findTestRegion('a.rs', 'fn f() {}\n')).toBeNull();
  });
});
