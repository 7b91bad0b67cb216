import type { Pin } from './pin.js';
import type { StepParser } from './step.js';

/** What an adapter is told when its config, command line and environment are made. */
export interface LaunchContext {
  workspace: string;
  /** The agent's own HOME; XDG directories lie under it. */
  home: string;
  tmp: string;
  /** The meter, with `/v1`. */
  baseUrl: string;
  /** The meter without `/v1`. */
  origin: string;
  /** The per-run token: all of a key that the agent ever sees. */
  token: string;
  model: string;
  prompt: string;
  /** Absolute path of the workspace's AGENTS.md; null when the task has none. */
  agentsMd: string | null;
  /** What the user adds, of the kinds that the adapter takes. */
  plugins: {
    /** Absolute paths of opencode plugins. */
    modules: readonly string[];
    mcpServers: Readonly<Record<string, McpServer>>;
  };
}

/** An MCP server that is started by a command and spoken to over its stdin and stdout. */
export interface McpServer {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** `opencode-module`: JavaScript or TypeScript for opencode's plugin interface. */
export type PluginKind = 'opencode-module' | 'mcp';

/** How an agent changes files: by tool calls, or by text of a format that it reads out of the answer. */
export type EditDialect = 'tools' | 'whole-file';

/** A coding-agent CLI as data. One object a file; the engine has all the code. */
export interface AgentAdapter {
  /** `--tui` value. */
  id: string;
  homepage: string;
  /** Its executable, as its own installer calls it. */
  command: string;
  /** Ways to get it, the one to prefer first; the first that fits the machine is taken. */
  pins: readonly [Pin, ...Pin[]];
  versionArgs: readonly string[];
  wire: 'chat' | 'responses';
  /** Whether a model id such as `openai/gpt-oss-120b` reaches the endpoint whole. */
  slashInModelId: boolean;
  editDialect: EditDialect;
  /** Command-line arguments. */
  argv(context: LaunchContext): string[];
  /** What leads it to the meter. */
  env(context: LaunchContext): Record<string, string>;
  /** Environment that stops update checks, telemetry, extra model calls and downloads. */
  switches: Readonly<Record<string, string>>;
  /** Config files, paths relative to the isolated home. */
  files(context: LaunchContext): Array<{ path: string; content: string }>;
  /**
   * Files and directories of a workspace that it would take orders from (endpoint, hooks, servers to start) whatever it
   * is told otherwise: they are not there while it runs. Instructions such as AGENTS.md are none of these.
   */
  projectConfig: readonly string[];
  /** Globs of what it leaves in the workspace for its own use. They count as blast, as every stray file does in v0.1. */
  drops: readonly string[];
  /** Processes below the agent's own while it rests; more than these means a tool is running. */
  restingChildren: number;
  /** Kinds of plugin that it loads when told to in `argv`, `env` or `files`. */
  plugins: readonly PluginKind[];
  /** A new parser a run; paths below `workspace` are shown relative. Null: its output is text for people. */
  stepParser: ((workspace: string) => StepParser) | null;
  /** The published container image for citable runs; null when none is known. */
  image: { name: string; digest: string | null } | null;
  /** Versions that were seen to do a whole run here, and where; null: written from the documentation alone. */
  tried: { versions: readonly string[]; on: string } | null;
  quirks: ReadonlyArray<{ what: string; link: string | null }>;
}

/** The file `{"mcpServers": …}` that several agents read; none when the user gave no server. */
export function mcpConfigFile(path: string, servers: Readonly<Record<string, McpServer>>, more: object = {}) {
  if (Object.keys(servers).length === 0) return [];
  const mcpServers = Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, { ...server, ...more }]),
  );
  return [{ path, content: JSON.stringify({ mcpServers }) }];
}
