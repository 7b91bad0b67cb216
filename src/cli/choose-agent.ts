import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AgentAdapter } from '../agents/adapter.js';
import { findAdapter } from '../agents/adapters.js';
import type { CustomAgent } from '../agents/launch.js';
import { pinnedTo } from '../agents/pin.js';
import { pluginPaths, readPlugin } from '../agents/plugin.js';
import { checkUserEnv } from '../agents/run-env.js';
import type { Host } from '../host/host.js';
import { UsageError } from '../model/errors.js';
import type { CellPlan } from '../run/plan.js';
import { alwaysMasked, hiddenPaths } from '../sandbox/masked-paths.js';
import { refuseForeignPaths } from '../sandbox/mount-sources.js';
import { type AgentFlags, tuiOption } from './options/agent.js';

export interface AgentChoice {
  adapter: AgentAdapter;
  /** A binary to use instead of the pinned install; null for the install. */
  agentBin: string | null;
  custom: CustomAgent;
}

/**
 * Returns the agent of a command line. Downloads nothing.
 *
 * @throws UsageError when the agent or one of its flags is wrong
 */
export async function chooseAgent(flags: AgentFlags): Promise<AgentChoice> {
  const defaultAdapter = await openAdapter(flags.tui ?? tuiOption.tui.otherwise);
  const adapter =
    flags.agentVersion === undefined ? defaultAdapter : pinnedTo(defaultAdapter, flags.agentVersion);
  const agentBin = flags.agentBin === undefined ? null : await executable(flags.agentBin);
  const env = Object.fromEntries((flags.agentEnv ?? []).map(assignment));
  checkUserEnv(env, adapter);
  const plugins = await Promise.all((flags.plugin ?? []).map((path) => readPlugin(path, adapter)));
  return { adapter, agentBin, custom: { args: flags.agentArg ?? [], env, plugins } };
}

/**
 * Opens the adapter of a built-in agent by its name, or any other adapter by its path.
 *
 * @throws UsageError when there is no such adapter
 */
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

/** @throws UsageError for a plugin that names a hidden path outside of the plugin's own directory */
export function refuseStrayPlugins(
  { custom, masked }: Pick<CellPlan, 'custom' | 'masked'>,
  host: Host,
): void {
  const hidden = [...alwaysMasked(host.os), ...hiddenPaths(host), ...masked];
  refuseForeignPaths({ named: pluginPaths(custom.plugins), masked: hidden });
}
