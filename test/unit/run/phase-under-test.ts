import { onTestFinished } from 'vitest';
import type { Host } from '../../../src/host/host.js';
import { type Handles, NO_HANDLES } from '../../../src/run/handles.js';
import { type Phase, runPhase } from '../../../src/run/phase.js';
import type { CellPlan } from '../../../src/run/plan.js';
import { openRun, type Run } from '../../../src/run/run.js';
import { removeRunDirs } from '../../../src/run/run-dirs.js';
import { type Script, startScriptedEndpoint } from '../../golden/scripted-endpoint.js';
import { packTiny } from '../grading/tiny-task.js';
import { cellUnderTest, recorder } from './cell-under-test.js';

interface Changes {
  change?: (plan: CellPlan) => CellPlan;
  host?: Partial<Host>;
}

/** A started run whose endpoint follows the script. `change` changes the plan, `host` the machine. */
export async function runUnderTest(script: Script, { change = (plan) => plan, host: other }: Changes = {}) {
  const endpoint = await startScriptedEndpoint(script);
  const { plan, host } = cellUnderTest(await packTiny(), { url: endpoint.url });
  const seen = recorder();
  const run = await openRun(change(plan), { ...host, ...other }, seen.io);
  onTestFinished(async () => {
    await run.close();
    await removeRunDirs(run.dirs);
    endpoint.close();
  });
  return { run, endpoint, ...seen };
}

/** Runs one phase and returns the handles after it. */
export function after(run: Run, phase: Phase, handles: Handles = NO_HANDLES): Promise<Handles> {
  return runPhase(run, phase, handles);
}
