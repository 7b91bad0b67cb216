import { describe, expect, it } from 'vitest';
import { commentLines } from '../../../src/scoring/comments.js';
import { scoreFidelity } from '../../../src/scoring/fidelity.js';
import type { Constraint } from '../../../src/tasks/manifest.js';
import { manifestOf, type Situation, situationOf, stateOf } from './fixtures.js';

const fidelityOf = (overrides: Partial<Situation> = {}) => {
  const situation = situationOf(overrides);
  return scoreFidelity(situation.manifest, stateOf(situation).changes, situation.unscored);
};
const honours = (constraint: Constraint, overrides: Partial<Situation>) =>
  fidelityOf({ manifest: manifestOf({ constraints: [constraint] }), ...overrides }).block.constraints[0]
    ?.honoured;
const changed = (path: string, before: string | null, after: string | null): Partial<Situation> => ({
  texts: [{ path, before, after }],
});

describe('fidelity', () => {
  it('file-not-touched takes a glob', () => {
    const constraint: Constraint = { kind: 'file-not-touched', path: 'tests/*' };
    const touching = (path: string) => ({
      changes: { added: [path], removed: [], modified: [], extraGitDir: false },
    });
    expect(honours(constraint, touching('tests/test_x.py'))).toBe(false);
    expect(honours(constraint, touching('src/x.py'))).toBe(true);
  });

  it('no-new-dependency allows no new line', () => {
    const constraint: Constraint = {
      kind: 'no-new-dependency',
      manifests: ['**/package.json', 'requirements.txt'],
    };
    expect(honours(constraint, changed('requirements.txt', 'a==1\n', 'a==1\nb==2\n'))).toBe(false);
    expect(honours(constraint, changed('requirements.txt', 'a==1\n', 'b==2\n'))).toBe(false);
    expect(honours(constraint, changed('requirements.txt', null, 'b==2\n'))).toBe(false);
    expect(honours(constraint, changed('requirements.txt', 'a==1\nb==2\n', 'b==2\n'))).toBe(true);
    expect(
      honours(constraint, changed('package.json', '{\n"a": 1,\n"b": 2\n}', '{\n"b": 2,\n"a": 1\n}')),
    ).toBe(true);
  });

  it('no-new-dependency recognises C and C++ libraries by includes and link flags', () => {
    const constraint: Constraint = { kind: 'no-new-dependency', manifests: ['Makefile', 'src/**'] };
    const including = (path: string, header: string) =>
      honours(
        constraint,
        changed(path, '#include "ring.h"\n', `#include "ring.h"\n  #  include ${header}\nint x;\n`),
      );
    for (const header of ['<stdint.h>', '<vector>', '<string_view>', '"own.h"'])
      expect([header, including('src/a.cpp', header)]).toEqual([header, true]);
    for (const header of ['<zlib.h>', '<boost/optional.hpp>', '<glib.h>', '<sys/epoll.h>'])
      expect([header, including('src/a.c', header)]).toEqual([header, false]);
    expect(honours(constraint, changed('Makefile', 'all:\n', 'all: more\n\tcc -lm a.c\n'))).toBe(true);
    expect(honours(constraint, changed('Makefile', 'all:\n', 'all:\n\tcc a.c -lssl\n'))).toBe(false);
  });

  it('no-comments-added counts only new comments', () => {
    const constraint: Constraint = { kind: 'no-comments-added', paths: ['src/**'], max_added: 0 };
    expect(honours(constraint, changed('src/a.py', 'x = 1 # one\n', 'x = 2 # one\n'))).toBe(true);
    expect(honours(constraint, changed('src/a.py', 'x = 1\n', 'x = 1 # one\n'))).toBe(false);
    expect(honours(constraint, changed('src/a.py', 'x = 1\n', 'x = "# none"\n'))).toBe(true);
    expect(honours({ ...constraint, max_added: 1 }, changed('src/a.rs', '', '/// one\nfn f() {}\n'))).toBe(
      true,
    );
  });

  it('file-pattern-required-in-diff reads only added lines', () => {
    const constraint: Constraint = {
      kind: 'file-pattern-required-in-diff',
      paths: ['CHANGELOG.md'],
      require_added: '^- fix',
    };
    expect(honours(constraint, changed('CHANGELOG.md', '- fix old\n', '- fix old\n- fixed it\n'))).toBe(true);
    expect(honours(constraint, changed('CHANGELOG.md', '- fix old\n', '- fix old\nnothing\n'))).toBe(false);
    expect(honours(constraint, changed('src/x.md', '', '- fix\n'))).toBe(false);
  });

  it('is honoured / declared, null without constraints and for an unscored run', () => {
    const manifest = manifestOf({
      constraints: [
        { kind: 'file-not-touched', path: 'src/lib.rs' },
        { kind: 'no-new-dependency', manifests: ['Cargo.toml'] },
      ],
    });
    expect(fidelityOf({ manifest }).block).toMatchObject({
      fidelity: 0.5,
      honoured: 1,
      declared: 2,
    });
    expect(fidelityOf().block.fidelity).toBeNull();
    expect(fidelityOf({ manifest, unscored: 'Dead.' })).toMatchObject({
      block: { fidelity: null, declared: 2 },
      unmeasured: 'Dead.',
    });
  });
});

describe('comment lines', () => {
  it.each([
    ['a.py', '#!/usr/bin/env python\n"""# doc"""\nx = \'#\'  # yes\n', ['# yes']],
    ['a.rs', 'fn f<\'a>(c: char) { c == \'"\' } // yes\nlet s = r#"// no"#;', ['// yes']],
    ['a.ts', 'const u = `// no`; /* one\n two */ const r = /https?:\\/\\//;', ['/* one', 'two */']],
    ['a.go', 's := `\n// no\n` // yes', ['// yes']],
    ['LICENSE', '// prose', []],
  ])('of %s', (path, source, expected) => {
    expect(commentLines(path, source)).toEqual(expected);
  });
});
