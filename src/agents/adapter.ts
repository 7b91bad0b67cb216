import type { Pin } from './pin.js';
import type { StepParser } from './step.js';

/** The input for an agent's config, command line and environment. */
export interface LaunchContext {
  workspace: string;
  /** The agent's HOME; the XDG directories are below it. */
  home: string;
  tmp: string;
  /** URL of the meter, with `/v1`. */
  baseUrl: string;
  /** URL of the meter, without `/v1`. */
  origin: string;
  /** The token of the run, in place of the endpoint's key. */
  token: string;
  model: string;
  prompt: string;
  /** Absolute path of the workspace's AGENTS.md; null when the task has none. */
  agentsMd: string | null;
  /** The user's plugins, of the kinds that the adapter supports. */
  plugins: {
    /** Absolute paths of opencode plugins. */
    modules: readonly string[];
    mcpServers: Readonly<Record<string, McpServer>>;
  };
}

/** An MCP server that is started by a command and uses stdin and stdout. */
export interface McpServer {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** `opencode-module`: JavaScript or TypeScript for opencode's plugin interface. */
export type PluginKind = 'opencode-module' | 'mcp';

/** How an agent changes files: by tool calls, or by whole files that it reads from the text of an answer. */
export type EditDialect = 'tools' | 'whole-file';

/** A coding-agent CLI, as data: one object per file. */
export interface AgentAdapter {
  /** `--tui` value. */
  id: string;
  homepage: string;
  /** Name of its executable. */
  command: string;
  /** Ways to install it, in order of preference. The first one that the machine supports is used. */
  pins: readonly [Pin, ...Pin[]];
  versionArgs: readonly string[];
  wire: 'chat' | 'responses';
  /** Whether the agent sends a model id such as `openai/gpt-oss-120b` unchanged. */
  slashInModelId: boolean;
  editDialect: EditDialect;
  /** Command-line arguments. */
  argv(context: LaunchContext): string[];
  /** Environment that connects it to the meter. */
  env(context: LaunchContext): Record<string, string>;
  /** Environment that stops update checks, telemetry, extra model calls and downloads. */
  switches: Readonly<Record<string, string>>;
  /** Config files, paths relative to the isolated home. */
  files(context: LaunchContext): Array<{ path: string; content: string }>;
  /**
   * Files and directories of a workspace that could override our config (endpoint, hooks, servers to start), where no
   * switch prevents that. They are hidden during the run. Instructions such as AGENTS.md do not belong here.
   */
  projectConfig: readonly string[];
  /** Globs of the agent's own files that it leaves in the workspace. They count as blast radius, as in v0.1. */
  litter: readonly string[];
  /** Number of child processes of the agent while no tool runs. With more, a tool is running. */
  restingChildren: number;
  /** Kinds of plugins that it can load. */
  plugins: readonly PluginKind[];
  /** Creates a parser for one run; it makes paths below `workspace` relative. Null: the output is text for people. */
  stepParser: ((workspace: string) => StepParser) | null;
  /** The container image of the published benchmark; null when none is known. */
  image: { name: string; digest: string | null } | null;
  /** Versions that completed a run, and on which platform; null: written from the documentation only. */
  tried: { versions: readonly string[]; on: string } | null;
  quirks: ReadonlyArray<{ what: string; link: string | null }>;
}

/** The config file `{"mcpServers": …}` of several agents; no file without servers. */
export function mcpConfigFile(path: string, servers: Readonly<Record<string, McpServer>>, more: object = {}) {
  if (Object.keys(servers).length === 0) return [];
  const mcpServers = Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, { ...server, ...more }]),
  );
  return [{ path, content: JSON.stringify({ mcpServers }) }];
}
