import { takeSnapshot } from '../grading/snapshot.js';
import { round } from '../host/clock.js';
import { removeTree } from '../host/remove-tree.js';
import { startWatchdog } from '../sandbox/processes/leftovers.js';
import { mountsBound } from '../sandbox/sandbox.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import { provideDependencies } from '../tasks/dependencies.js';
import type { Phase } from './phase.js';
import { behaviourOf } from './run-started.js';

/** Makes the workspace, and keeps what is in it. */
export const prepare: Phase<'ready'> = {
  name: 'prepare',
  needs: ['ready'],
  limitMs: () => null,
  async work({ trace, spec, host, dirs, marker, onClose }, { ready }) {
    const startMs = trace.clock.now();
    const { task } = spec;
    if (!ready.sandbox.endsTogether) {
      const callOff = startWatchdog({ nodePath: host.node.path, watchdogPath: host.watchdog, marker });
      onClose(async () => callOff());
    }
    const span = trace.open({
      kind: 'task_setup',
      name: `prepare:${task.id}`,
      parent_id: null,
      attrs: { workdir: dirs.workdir, task_category: task.manifest.family, ...behaviourOf(spec) },
    });
    await cloneWorkspace(task, dirs.workdir, { git: ready.git, home: dirs.play });
    const bound = await provideDependencies(dirs.workdir, task, { mounts: mountsBound(ready.sandbox) });
    const before = await takeSnapshot(dirs.workdir);
    span.end();
    return { prepared: { startMs, before, bound } };
  },
};

/** Removes what the agent had beside the workspace. With it ends the wall-clock time of the cell. */
export const cleanup: Phase<'prepared' | 'drive'> = {
  name: null,
  needs: ['prepared', 'drive'],
  limitMs: () => null,
  async work({ trace, spec, dirs }, { prepared }) {
    const span = trace.open({ kind: 'cleanup', name: `cleanup:${spec.adapter.id}`, parent_id: null });
    await Promise.all([dirs.home, dirs.agentTmp, dirs.play].map(removeTree));
    span.end();
    return { wallClockMs: round(trace.clock.now() - prepared.startMs) };
  },
};
