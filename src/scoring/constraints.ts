import { diffLines } from 'diff';
import type { ChangedText } from '../model/changes.js';
import { matchGlobs } from '../tasks/globs.js';
import type { Constraint } from '../tasks/manifest.js';
import { type Changes, changedPaths } from './axis.js';
import { commentLines } from './comments.js';

type ConstraintResult = Changes['constraints'][number];

/** Whether the changes honour the constraint. Deterministic. */
export function judgeConstraint(
  constraint: Constraint,
  changes: Pick<Changes, 'added' | 'removed' | 'modified'>,
  texts: readonly ChangedText[],
): ConstraintResult {
  switch (constraint.kind) {
    case 'file-not-touched': {
      const touched = changedPaths(changes).filter(matchGlobs([constraint.path]));
      return toResult(
        constraint.kind,
        constraint.path,
        touched.length === 0,
        `changed ${touched.join(', ')}`,
      );
    }
    case 'no-new-dependency': {
      const added = textsIn(texts, constraint.manifests).flatMap(({ path, before, after }) =>
        netNew(dependencyLines(path, before), dependencyLines(path, after)),
      );
      const subject = constraint.manifests.join(', ');
      return toResult(constraint.kind, subject, added.length === 0, `new: ${added.join(' | ')}`);
    }
    case 'no-comments-added': {
      const added = textsIn(texts, constraint.paths).flatMap(({ path, before, after }) =>
        netNew(commentLines(path, before ?? ''), commentLines(path, after ?? '')),
      );
      const subject = constraint.paths.join(', ');
      const detail = `${added.length} comment lines added, ${constraint.max_added} allowed`;
      return toResult(constraint.kind, subject, added.length <= constraint.max_added, detail);
    }
    case 'file-pattern-required-in-diff': {
      const pattern = new RegExp(constraint.require_added);
      const isAdded = textsIn(texts, constraint.paths).some((text) =>
        addedLines(text).some((line) => pattern.test(line)),
      );
      const subject = constraint.paths.join(', ');
      return toResult(constraint.kind, subject, isAdded, `no added line matches ${constraint.require_added}`);
    }
  }
}

function toResult(kind: string, subject: string, honoured: boolean, otherwise: string): ConstraintResult {
  return { kind, subject, honoured, detail: honoured ? '' : otherwise };
}

function textsIn(texts: readonly ChangedText[], globs: readonly string[]): ChangedText[] {
  const matches = matchGlobs(globs);
  return texts.filter((text) => matches(text.path));
}

/** The lines that occur more often in `after` than in `before`, as often as the difference. */
function netNew(before: readonly string[], after: readonly string[]): string[] {
  const unmatched = new Map<string, number>();
  for (const line of before) unmatched.set(line, (unmatched.get(line) ?? 0) + 1);
  return after.filter((line) => {
    const count = unmatched.get(line) ?? 0;
    unmatched.set(line, count - 1);
    return count <= 0;
  });
}

function addedLines({ before, after }: ChangedText): string[] {
  return diffLines(before ?? '', after ?? '')
    .filter((part) => part.added)
    .flatMap((part) => part.value.split('\n'));
}

/** How source files and Makefiles name dependencies. Any other file is a list of them. */
const FILE_KINDS: ReadonlyArray<{ files: RegExp; names: RegExp }> = [
  {
    files: /\.(?:c|h|cc|cpp|cxx|hh|hpp|hxx)$/i,
    // Headers of the languages themselves: C's by name, C++'s have no dot and no slash.
    names:
      /^#\s*include\s*<(?!(?:assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath|threads|time|uchar|wchar|wctype)\.h>|[a-z_]+>)/,
  },
  {
    files: /(?:^|\/)(?:GNUmakefile|[Mm]akefile|.+\.mk)$/,
    names: /(?:^|\s)-l(?!(?:m|pthread)\b)\w|pkg-config/,
  },
];

/**
 * Returns the lines of a file that name a dependency: `#include`s of headers that no compiler ships, libraries that a
 * Makefile links, and every line of a dependency manifest. Trailing commas are cut: reordering must not add a line.
 */
function dependencyLines(path: string, text: string | null): string[] {
  const lines = (text ?? '')
    .split('\n')
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => line !== '');
  const kind = FILE_KINDS.find(({ files }) => files.test(path));
  return kind ? lines.filter((line) => kind.names.test(line)) : lines;
}
