import { takeSnapshot } from '../grading/snapshot.js';
import { removeTree } from '../host/remove-tree.js';
import { startWatchdog } from '../sandbox/processes/leftovers.js';
import { mountsBound } from '../sandbox/sandbox.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import { provideDependencies } from '../tasks/dependencies.js';
import type { Phase } from './phase.js';
import { behaviourOf } from './run-started.js';

/** Makes the workspace and takes a snapshot of it. The cell's wall-clock time starts here. */
export const prepare: Phase<'ready'> = {
  name: 'prepare',
  needs: ['ready'],
  limitMs: () => null,
  async work({ trace, spec, host, dirs, marker, onClose }, { ready }) {
    const { task } = spec;
    const span = trace.open({
      kind: 'task_setup',
      name: `prepare:${task.id}`,
      parent_id: null,
      attrs: { workdir: dirs.workdir, task_category: task.manifest.family, ...behaviourOf(spec) },
    });
    if (!ready.sandbox.endsTogether) {
      const stopWatchdog = startWatchdog({ nodePath: host.node.path, watchdogPath: host.watchdog, marker });
      onClose(async () => stopWatchdog());
    }
    await cloneWorkspace(task, dirs.workdir, { git: ready.git, home: dirs.solution });
    const bound = await provideDependencies(dirs.workdir, task, { mounts: mountsBound(ready.sandbox) });
    const before = await takeSnapshot(dirs.workdir);
    span.end();
    return { handles: { prepared: { before, bound } } };
  },
};

/** Removes the agent's directories other than the workspace. The cell's wall-clock time ends here. */
export const cleanup: Phase<'prepared'> = {
  name: null,
  needs: ['prepared'],
  limitMs: () => null,
  async work({ trace, spec, dirs }) {
    const span = trace.open({ kind: 'cleanup', name: `cleanup:${spec.adapter.id}`, parent_id: null });
    await Promise.all([dirs.home, dirs.agentTmp, dirs.solution].map(removeTree));
    span.end();
    return {};
  },
};
