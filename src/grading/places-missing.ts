import { mountsBound, type Sandbox } from '../sandbox/sandbox.js';
import type { TaskManifest } from '../tasks/manifest.js';

/** Why the paths that a task of Harbor's alone counts on cannot be made here; null when they can, or are not asked for. */
export function placesMissing(
  { harbor }: Pick<TaskManifest, 'harbor'>,
  sandbox: Pick<Sandbox, 'kind'>,
): { detail: string; fix: string } | null {
  if (!harbor || mountsBound(sandbox)) return null;
  return {
    detail: `The task has files at ${harbor.workdir}, /tests and /logs, which only bubblewrap can show (here: ${sandbox.kind}).`,
    fix: 'Install bubblewrap and run doctor, or run the task with Harbor.',
  };
}
