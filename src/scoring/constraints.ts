import { diffLines } from 'diff';
import type { ChangedText } from '../model/changes.js';
import { matchGlobs } from '../tasks/globs.js';
import type { Constraint } from '../tasks/manifest.js';
import { type Changes, changedPaths } from './axis.js';
import { commentLines } from './comments.js';
import { dependencyLines } from './dependency-lines.js';

type Finding = Changes['constraints'][number];

/** Whether what changed honours the constraint: a deterministic check, by its kind. */
export function judgeConstraint(
  constraint: Constraint,
  changes: Pick<Changes, 'added' | 'removed' | 'modified'>,
  texts: readonly ChangedText[],
): Finding {
  switch (constraint.kind) {
    case 'file-not-touched': {
      const touched = changedPaths(changes).filter(matchGlobs([constraint.path]));
      return finding(constraint.kind, constraint.path, touched.length === 0, `changed ${touched.join(', ')}`);
    }
    case 'no-new-dependency': {
      const fresh = within(texts, constraint.manifests).flatMap(({ path, before, after }) =>
        netNew(dependencyLines(path, before), dependencyLines(path, after)),
      );
      const subject = constraint.manifests.join(', ');
      return finding(constraint.kind, subject, fresh.length === 0, `new: ${fresh.join(' | ')}`);
    }
    case 'no-comments-added': {
      const fresh = within(texts, constraint.paths).flatMap(({ path, before, after }) =>
        netNew(commentLines(path, before ?? ''), commentLines(path, after ?? '')),
      );
      const subject = constraint.paths.join(', ');
      const detail = `${fresh.length} comment lines added, ${constraint.max_added} allowed`;
      return finding(constraint.kind, subject, fresh.length <= constraint.max_added, detail);
    }
    case 'file-pattern-required-in-diff': {
      const pattern = new RegExp(constraint.require_added);
      const found = within(texts, constraint.paths).some((text) =>
        addedLines(text).some((line) => pattern.test(line)),
      );
      const subject = constraint.paths.join(', ');
      return finding(constraint.kind, subject, found, `no added line matches ${constraint.require_added}`);
    }
  }
}

function finding(kind: string, subject: string, honoured: boolean, otherwise: string): Finding {
  return { kind, subject, honoured, detail: honoured ? '' : otherwise };
}

function within(texts: readonly ChangedText[], globs: readonly string[]): ChangedText[] {
  const matches = matchGlobs(globs);
  return texts.filter((text) => matches(text.path));
}

/** The lines of `after` that `before` has not, or has less often. */
function netNew(before: readonly string[], after: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1);
  return after.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

function addedLines({ before, after }: ChangedText): string[] {
  return diffLines(before ?? '', after ?? '')
    .filter((part) => part.added)
    .flatMap((part) => part.value.split('\n'));
}
