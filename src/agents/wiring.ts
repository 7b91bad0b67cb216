import { basename } from 'node:path';
import type { AgentAdapter, McpServer } from './adapter.js';
import { type CustomAgent, launchOf, NO_CUSTOMISATION } from './launch.js';
import type { Plugin } from './plugin.js';

/**
 * What an agent is given, with words for what is a user's or a run's own. They are variables of a POSIX shell, so that
 * a shell that has them makes of it what a run was given.
 */
export interface Wiring {
  /** The agent's own name for its executable, then the arguments. */
  argv: string[];
  env: Record<string, string>;
  /** Paths relative to `$AGENT_HOME`. */
  files: Array<{ path: string; content: string }>;
}

export interface WiringOptions {
  /** Whether the task has an AGENTS.md. */
  agentsMd: boolean;
  /** @default nothing */
  custom?: CustomAgent;
}

/** The wiring of an agent. Values of a user's own variables stay out of it, and so do paths of this machine. */
export function wiringOf(
  adapter: AgentAdapter,
  { agentsMd, custom = NO_CUSTOMISATION }: WiringOptions,
): Wiring {
  const context = {
    workspace: '$PWD',
    home: '$AGENT_HOME',
    tmp: '$AGENT_HOME/tmp',
    baseUrl: '$YOUR_ENDPOINT',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: for a shell, not for us
    origin: '${YOUR_ENDPOINT%/v1}',
    token: '$YOUR_KEY',
    model: '$YOUR_MODEL_ID',
    prompt: '$YOUR_PROMPT',
    agentsMd: agentsMd ? '$PWD/AGENTS.md' : null,
  };
  const { args, env, files } = launchOf(adapter, context, {
    args: custom.args,
    env: named(custom.env),
    plugins: custom.plugins.map(anywhere),
  });
  return { argv: [adapter.command, ...args], env, files };
}

function anywhere(plugin: Plugin): Plugin {
  const file = `$YOUR_PLUGINS/${plugin.name}`;
  if (plugin.kind === 'opencode-module') return { ...plugin, file };
  const servers = Object.entries(plugin.servers).map(([name, server]) => [name, serverAnywhere(server)]);
  return { ...plugin, file, servers: Object.fromEntries(servers) };
}

function serverAnywhere({ command, args, env }: McpServer): McpServer {
  const place = (word: string) => (word.startsWith('/') ? `$YOUR_PLUGINS/${basename(word)}` : word);
  return { command: place(command), args: args.map(place), env: named(env) };
}

function named(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(env).map((name) => [name, `$YOUR_${name}`]));
}
