import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AgentAdapter } from '../agents/adapter.js';
import { findAdapter } from '../agents/adapters.js';
import type { CustomAgent } from '../agents/custom.js';
import { pinnedTo } from '../agents/pin.js';
import { plugInPaths, readPlugin } from '../agents/plugin.js';
import { checkUserEnv } from '../agents/run-env.js';
import type { Host } from '../host/host.js';
import { UsageError } from '../model/errors.js';
import type { CellPlan } from '../run/plan.js';
import { alwaysMasked, hiddenOn } from '../sandbox/masked-places.js';
import { refuseStrayNames } from '../sandbox/mount-sources.js';
import { type AgentFlags, tuiOption } from './options/agent.js';

export interface AgentChoice {
  adapter: AgentAdapter;
  /** A binary to use in place of the pinned install; null for the install. */
  agentBin: string | null;
  custom: CustomAgent;
}

/** The agent of a command line, nothing of it downloaded yet. Errors: UsageError. */
export async function chooseAgent(flags: AgentFlags): Promise<AgentChoice> {
  const found = await openAdapter(flags.tui ?? tuiOption.tui.otherwise);
  const adapter = flags.agentVersion === undefined ? found : pinnedTo(found, flags.agentVersion);
  const agentBin = flags.agentBin === undefined ? null : await executable(flags.agentBin);
  const env = Object.fromEntries((flags.agentEnv ?? []).map(assignment));
  checkUserEnv(env, adapter);
  const plugins = await Promise.all((flags.plugin ?? []).map((path) => readPlugin(path, adapter)));
  return { adapter, agentBin, custom: { args: flags.agentArg ?? [], env, plugins } };
}

/** An agent of ours by its name, or anybody's by the path of its adapter. Errors: UsageError. */
export async function openAdapter(tui: string): Promise<AgentAdapter> {
  if (!/[/\\]|\.m?js$/.test(tui)) return findAdapter(tui);
  const { loadAdapter } = await import('../agents/load-adapter.js');
  return loadAdapter(resolve(tui));
}

function assignment(pair: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(pair) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new UsageError(`--agent-env ${pair.split('=')[0]} is not of the form NAME=VALUE.`, {
    code: 'usage.agent_env',
    fix: 'For example --agent-env LOG_LEVEL=debug.',
  });
}

async function executable(path: string): Promise<string> {
  const full = resolve(path);
  const fault = (what: string) =>
    new UsageError(`--agent-bin ${path} ${what}.`, {
      code: 'usage.bad_agent_bin',
      fix: "Give the path of the agent's executable.",
    });
  await access(full).catch(() => {
    throw fault('does not exist');
  });
  await access(full, constants.X_OK).catch(() => {
    throw fault('is not executable');
  });
  return full;
}

/** Before anything is run. Errors: UsageError for a plugin that names what is hidden and lies outside of its directory. */
export function refuseStrayPlugins(
  { custom, masked }: Pick<CellPlan, 'custom' | 'masked'>,
  host: Host,
): void {
  const hidden = [...alwaysMasked(host.os), ...hiddenOn(host), ...masked];
  refuseStrayNames({ named: plugInPaths(custom.plugins), masked: hidden });
}
