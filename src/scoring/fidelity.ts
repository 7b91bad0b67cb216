import type { Scores } from '../model/score-blocks.js';
import type { TaskManifest } from '../tasks/manifest.js';
import { type Axis, type Changes, NOT_COMPARED } from './axis.js';

/**
 * L15: honoured / declared constraints of the task's AGENTS.md. Not part of the composite. Null when the task declares
 * none, and for an unscored run.
 */
export function scoreFidelity(
  { constraints: { length: declared } }: Pick<TaskManifest, 'constraints'>,
  changes: Changes | null,
  unscored: string | null,
): Axis<Scores['fidelity']> {
  const unmeasured = declared === 0 ? null : (unscored ?? (changes ? null : NOT_COMPARED));
  const constraints = unmeasured === null && changes ? changes.constraints : [];
  const honoured = constraints.filter((finding) => finding.honoured).length;
  return {
    block: {
      fidelity: declared > 0 && unmeasured === null ? honoured / declared : null,
      honoured,
      declared,
      constraints,
    },
    unmeasured,
  };
}
