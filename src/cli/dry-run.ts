import { join } from 'node:path';
import { findAgent } from '../agents/install.js';
import { launchOf } from '../agents/launch.js';
import { specOf } from '../agents/pin.js';
import type { Host } from '../host/host.js';
import type { CellPlan } from '../run/plan.js';

/** Returns what `check` would run, without secrets. Downloads nothing. */
export async function describePlan(plan: CellPlan, host: Host, runDir: string) {
  const { adapter, task, endpoint } = plan;
  const status = plan.agentBin === null ? await findAgent(adapter, host) : null;
  const root = join(host.tempDir, 'codingagentbench-…');
  const context = {
    workspace: join(root, 'workdir'),
    home: join(root, 'home'),
    tmp: join(root, 'tmp'),
    baseUrl: 'http://127.0.0.1:PORT/v1',
    origin: 'http://127.0.0.1:PORT',
    token: '[token of the run]',
    model: plan.model,
    prompt: task.instruction,
    agentsMd: join(root, 'workdir', 'AGENTS.md'),
  };
  const { args, env, files } = launchOf(adapter, context, plan.custom);
  return {
    tui: adapter.id,
    version:
      status === null
        ? 'as --agent-bin says'
        : status.state === 'installed'
          ? status.agent.version
          : status.pin.version,
    acquire: status?.state === 'to_install' ? `${specOf(status.pin)} from ${status.registry}` : null,
    model: plan.model,
    endpoint: endpoint.kind === 'demo' ? `demo: ${endpoint.script}` : endpoint.baseUrl,
    key: endpoint.kind === 'real' && endpoint.key !== null ? 'given' : 'none',
    task: task.id,
    task_commit: task.commit,
    timeout_s: plan.timeoutS,
    idle_timeout_s: plan.idleS,
    sandbox: plan.sandboxMode,
    command: [
      ...(status?.state === 'installed' ? status.agent.command : [plan.agentBin ?? adapter.id]),
      ...args,
    ],
    env,
    files,
    run_dir: runDir,
  };
}
