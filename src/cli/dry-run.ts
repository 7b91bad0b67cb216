import { join } from 'node:path';
import { findInstalled } from '../agents/acquire.js';
import type { CellPlan } from '../cell/plan.js';
import type { Paths } from './paths.js';

/** What `check` would run, as data: nothing secret in it, nothing started for it. */
export async function describePlan(plan: CellPlan, paths: Paths, runDir: string) {
  const { adapter, task, endpoint } = plan;
  const installed = await findInstalled(adapter, paths.cacheDir);
  const root = join(paths.tempDir, 'codingagentbench-…');
  const context = {
    bin: plan.agentBin ?? installed?.bin ?? adapter.command,
    workspace: join(root, 'workdir'),
    home: join(root, 'home'),
    tmp: join(root, 'tmp'),
    baseUrl: 'http://127.0.0.1:PORT/v1',
    token: '[token of the run]',
    model: plan.model,
    prompt: task.instruction,
    agentsMd: join(root, 'workdir', 'AGENTS.md'),
  };
  return {
    tui: adapter.id,
    version: plan.agentBin ? 'as --agent-bin says' : adapter.acquire.version,
    acquire:
      plan.agentBin || installed ? null : `${adapter.acquire.package}@${adapter.acquire.version} (npm)`,
    model: plan.model,
    endpoint: endpoint.kind === 'demo' ? `demo: ${endpoint.script}` : endpoint.baseUrl,
    key: endpoint.kind === 'real' && endpoint.key !== null ? 'given' : 'none',
    task: task.id,
    task_commit: task.commit,
    timeout_s: plan.timeoutS,
    idle_timeout_s: plan.idleS,
    sandbox: plan.sandboxMode,
    command: adapter.argv(context),
    env: adapter.env(context),
    run_dir: runDir,
  };
}
