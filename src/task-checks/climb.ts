import type { Workbench } from '../grading/workbench.js';
import { UsageError } from '../model/errors.js';
import type { Task } from '../tasks/task.js';
import { type Act, attempt, onWorkspace } from './attempt.js';
import { confineTask } from './confine-task.js';
import { rungsOf } from './rungs.js';
import type { Attempts, RungSpec } from './task-check.js';

/** One thing that must be true of a task before a score on it says anything. */
export interface Rung {
  id: string;
  /** What is asked, as a statement. */
  title: string;
  status: 'held' | 'failed' | 'skipped';
  /** One sentence: how it failed, or why it does not apply. */
  why: string | null;
  elapsed_ms: number;
}

/** What the ladder says of a task. */
export interface Climb {
  task_id: string;
  /** `skipped`: a toolchain is missing here. `unfinished`: this machine failed before the last rung. */
  verdict: 'valid' | 'invalid' | 'skipped' | 'unfinished';
  /** What is missing, or went wrong; null for a task that was tried to the end. */
  missing: string | null;
  rungs: Rung[];
}

/**
 * Climbs the ladder for one task: as given the named tests fail and the others pass, doing nothing fails, the reference
 * solution passes twice alike, the cheat is caught, and by-rote answers fail the hidden cases. A refusal task has rungs
 * of its own. All rungs are tried, whatever those before them say; `onRung` gets each as it is known.
 *
 * @throws HarnessError when this machine fails; the signal's reason
 */
export async function climbLadder(
  task: Task,
  workbench: Workbench,
  onRung: (rung: Rung) => void = () => {},
): Promise<Climb> {
  const confined = await confineTask(task, workbench);
  if ('missing' in confined) {
    return { task_id: task.id, verdict: 'skipped', missing: confined.missing, rungs: [] };
  }
  const { confinement } = confined;
  const act = (what: Act | null) => attempt(what, { task, workbench, confinement });
  const attempts: Attempts = {
    ...remembering(act),
    pristine: (read) => onWorkspace(task, workbench, ({ workspace }) => read(workspace)),
  };
  const scripts = new Set((await task.openHidden()).keys());
  const rungs: Rung[] = [];
  for (const spec of rungsOf(task, scripts)) {
    const rung = await tryRung(spec, attempts);
    rungs.push(rung);
    onRung(rung);
  }
  const valid = rungs.every(({ status }) => status !== 'failed');
  return { task_id: task.id, verdict: valid ? 'valid' : 'invalid', missing: null, rungs };
}

async function tryRung(spec: RungSpec, attempts: Attempts): Promise<Rung> {
  const { id, title } = spec;
  const startMs = performance.now();
  const done = (status: Rung['status'], why: string | null): Rung => ({
    id,
    title,
    status,
    why,
    elapsed_ms: Math.round(performance.now() - startMs),
  });
  if ('skip' in spec) return done('skipped', spec.skip);
  try {
    const why = await spec.fault(attempts);
    return done(why === null ? 'held' : 'failed', why);
  } catch (error) {
    // A script or test of the task that is broken is what a ladder is there to find.
    if (!(error instanceof UsageError)) throw error;
    return done('failed', error.message.replace(/\.$/, ''));
  }
}

/** The tree as given and the solved one are looked at by several rungs, and made once. */
function remembering(act: Attempts['fresh']): Omit<Attempts, 'pristine'> {
  const known = new Map<string, ReturnType<Attempts['fresh']>>();
  const once = (key: string, what: Act | null) => {
    const made = known.get(key) ?? act(what);
    known.set(key, made);
    return made;
  };
  return {
    given: () => once('given', null),
    solved: () => once('solved', { kind: 'script', name: 'solve.sh' }),
    fresh: act,
  };
}
