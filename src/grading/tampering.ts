import type { ChangedText } from '../model/changes.js';
import type { Tampering } from '../model/record.js';
import { matchGlobs } from '../tasks/globs.js';
import type { TaskManifest } from '../tasks/manifest.js';
import { type Change, isSameContent } from './diff.js';
import { HARNESS_HOOKS } from './harness-hooks.js';

type Rules = Pick<TaskManifest, 'editable' | 'protected'>;

/** Returns whether a change alters or removes a protected file. A changed executable bit or a new file is allowed. */
export function protectedBy({ protected: globs }: Rules): (change: Change) => boolean {
  const isProtected = matchGlobs(globs);
  return ({ path, before, after }) =>
    before !== null && isProtected(path) && (after === null || !isSameContent(before, after));
}

/**
 * The changes that try to influence the verdict: changed tests, new hooks of the test harness, links in place of files.
 * None of them reaches the grading copy.
 */
export function findTampering(
  changes: readonly Change[],
  texts: readonly ChangedText[],
  manifest: Rules,
): Tampering[] {
  const isEditable = matchGlobs(manifest.editable);
  const isProtected = matchGlobs(manifest.protected);
  const touchesProtected = protectedBy(manifest);
  const textOf = new Map(texts.map((text) => [text.path, text]));
  const hooks = HARNESS_HOOKS.map((hook) => ({ ...hook, matches: matchGlobs(hook.files) }));

  return changes.flatMap((change): Tampering[] => {
    const { path, before, after, litter } = change;
    const linked = after?.type === 'symlink' && (before !== null || isEditable(path));
    if (linked) return [{ path, kind: 'symlink', what: `${path} became a link to ${after.target}.` }];

    const hook = hooks.find(({ matches, planted }) => {
      if (litter || after === null || !matches(path)) return false;
      if (isEditable(path) && !isProtected(path)) return false;
      const text = textOf.get(path);
      return planted ? planted(text?.before ?? null, text?.after ?? null) : before === null;
    });
    if (hook) return [{ path, kind: 'harness_hook', what: `${path} was planted: ${hook.what}.` }];

    if (!touchesProtected(change)) return [];
    return after === null
      ? [{ path, kind: 'test_removed', what: `${path} is protected and was removed.` }]
      : [{ path, kind: 'test_modified', what: `${path} is protected and was changed.` }];
  });
}
