import type { Confinement } from '../grading/confined-run.js';
import { missingHarborPaths } from '../grading/task-script.js';
import { confinementAt, findTools, type Workbench } from '../grading/workbench.js';
import type { Task } from '../tasks/task.js';

/** How the task's code runs here, its toolchains found; else what is missing, in one sentence. */
export async function confineTask(
  { manifest }: Pick<Task, 'manifest'>,
  workbench: Workbench,
): Promise<{ confinement: Confinement } | { missing: string }> {
  const unplaced = missingHarborPaths(manifest, workbench.sandbox);
  if (unplaced) return { missing: unplaced.detail };
  const tools = await findTools(manifest.toolchain, workbench.host);
  return 'ok' in tools ? { missing: tools.detail } : { confinement: confinementAt(workbench, tools) };
}
