import { diffLines } from 'diff';
import type { ChangedText } from '../model/changes.js';
import type { Scores } from '../model/score-blocks.js';
import { matchGlobs } from '../tasks/globs.js';
import type { Constraint } from '../tasks/manifest.js';
import { commentLines } from './comments.js';
import { dependencyLines } from './dependency-lines.js';
import { type Axis, type CellFacts, changedPaths } from './facts.js';

type Finding = Scores['fidelity']['constraints'][number];
type FidelityFacts = Pick<CellFacts, 'manifest' | 'unscored' | 'changes' | 'texts'>;

/**
 * L15: honoured / declared constraints of the task's AGENTS.md, each a deterministic check of what changed. Not part
 * of the composite. Null when the task declares none, and for an unscored run, in which nobody was there to obey.
 */
export function scoreFidelity(facts: FidelityFacts): Axis<Scores['fidelity']> {
  const { constraints: declared } = facts.manifest;
  const unmeasured =
    declared.length === 0
      ? null
      : (facts.unscored ?? (facts.changes ? null : 'The workspace was not compared.'));
  const measurable = declared.length > 0 && unmeasured === null;
  const constraints = measurable ? declared.map((constraint) => examine(constraint, facts)) : [];
  const honoured = constraints.filter((finding) => finding.honoured).length;
  return {
    block: {
      fidelity: measurable ? honoured / declared.length : null,
      honoured,
      declared: declared.length,
      constraints,
    },
    unmeasured,
  };
}

function examine(constraint: Constraint, facts: FidelityFacts): Finding {
  switch (constraint.kind) {
    case 'file-not-touched': {
      const touched = changedPaths(facts.changes).filter(matchGlobs([constraint.path]));
      return finding(constraint.kind, constraint.path, touched.length === 0, `changed ${touched.join(', ')}`);
    }
    case 'no-new-dependency': {
      const fresh = within(facts.texts, constraint.manifests).flatMap(({ path, before, after }) =>
        netNew(dependencyLines(path, before), dependencyLines(path, after)),
      );
      const subject = constraint.manifests.join(', ');
      return finding(constraint.kind, subject, fresh.length === 0, `new: ${fresh.join(' | ')}`);
    }
    case 'no-comments-added': {
      const fresh = within(facts.texts, constraint.paths).flatMap(({ path, before, after }) =>
        netNew(commentLines(path, before ?? ''), commentLines(path, after ?? '')),
      );
      const subject = constraint.paths.join(', ');
      const detail = `${fresh.length} comment lines added, ${constraint.max_added} allowed`;
      return finding(constraint.kind, subject, fresh.length <= constraint.max_added, detail);
    }
    case 'file-pattern-required-in-diff': {
      const pattern = new RegExp(constraint.require_added);
      const found = within(facts.texts, constraint.paths).some((text) =>
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
