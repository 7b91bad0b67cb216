import { basename } from 'node:path';
import type { AgentAdapter, McpServer } from './adapter.js';
import { type CustomAgent, launchOf, NO_CUSTOMISATION } from './launch.js';
import type { Plugin } from './plugin.js';

/**
 * The setup of an agent, with variables of a POSIX shell in place of the values of a user or a run. With these variables
 * set, a shell reproduces the setup of a run.
 */
export interface Wiring {
  /** The name of the executable, then the arguments. */
  argv: string[];
  env: Record<string, string>;
  /** Paths relative to `$AGENT_HOME`. */
  files: Array<{ path: string; content: string }>;
}

export interface WiringOptions {
  /** Whether the task has an AGENTS.md. */
  agentsMd: boolean;
  /** @default no additions */
  custom?: CustomAgent;
}

/** The wiring of an agent. It contains no values of the user's variables and no paths of this machine. */
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
    env: variablesFor(custom.env),
    plugins: custom.plugins.map(withoutPaths),
  });
  return { argv: [adapter.command, ...args], env, files };
}

function withoutPaths(plugin: Plugin): Plugin {
  const file = `$YOUR_PLUGINS/${plugin.name}`;
  if (plugin.kind === 'opencode-module') return { ...plugin, file };
  const servers = Object.entries(plugin.servers).map(([name, server]) => [name, serverWithoutPaths(server)]);
  return { ...plugin, file, servers: Object.fromEntries(servers) };
}

function serverWithoutPaths({ command, args, env }: McpServer): McpServer {
  const replace = (word: string) => (word.startsWith('/') ? `$YOUR_PLUGINS/${basename(word)}` : word);
  return { command: replace(command), args: args.map(replace), env: variablesFor(env) };
}

function variablesFor(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(env).map((name) => [name, `$YOUR_${name}`]));
}
