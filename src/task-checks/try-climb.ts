import type { Workbench } from '../grading/workbench.js';
import { HarnessError } from '../model/errors.js';
import type { Task } from '../tasks/task.js';
import { type Climb, climbLadder, type Rung } from './climb.js';

/**
 * Climbs the ladder for one of several tasks: a failure of this machine is told with what was found until then, since
 * it says nothing of the other tasks.
 *
 * @throws the signal's reason
 */
export async function tryClimb(task: Task, workbench: Workbench): Promise<Climb> {
  const rungs: Rung[] = [];
  try {
    return await climbLadder(task, workbench, (rung) => rungs.push(rung));
  } catch (error) {
    if (!(error instanceof HarnessError) || workbench.signal?.aborted) throw error;
    return { task_id: task.id, verdict: 'unfinished', missing: error.message, rungs };
  }
}
