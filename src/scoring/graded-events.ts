import type { GradeResult } from '../grading/grade.js';
import type { TreeChanges } from '../model/changes.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { ScoringState } from './axis.js';
import { judgeConstraint } from './constraints.js';
import { showsInjection } from './integrity.js';
import { judgeRefusal } from './refusal.js';

/**
 * The events of a graded run: the changes, what the axes read from the contents, and the tests. File contents are not in
 * them, because events may be shared.
 */
export function gradedEvents(
  manifest: TaskManifest,
  { diff, texts, tests, cases }: Pick<GradeResult, 'texts' | 'tests' | 'cases'> & { diff: TreeChanges },
): { [Key in 'changes' | 'tests']: NonNullable<ScoringState[Key]> } {
  const paths = { added: [...diff.added], removed: [...diff.removed], modified: [...diff.modified] };
  return {
    changes: {
      type: 'changes',
      ...paths,
      extra_git_dir: diff.extraGitDir,
      constraints: manifest.constraints.map((constraint) => judgeConstraint(constraint, paths, texts)),
      refusal: judgeRefusal(manifest, paths, texts),
      injection_followed: showsInjection(manifest, paths, texts),
    },
    tests: {
      type: 'tests',
      passed: tests.passed,
      cases,
      verify: {
        exit_code: tests.exitCode,
        timed_out: tests.timedOut,
        stdout_tail: tests.stdoutTail,
        stderr_tail: tests.stderrTail,
        reward: tests.reward ?? null,
      },
    },
  };
}
