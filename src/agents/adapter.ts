import type { StepParser } from './step.js';

/** What an adapter is told when its config, command line and environment are made. */
export interface LaunchContext {
  /** The agent's binary. */
  bin: string;
  workspace: string;
  /** The agent's own HOME; XDG directories and `configDir` lie under it. */
  home: string;
  tmp: string;
  /** The meter, with `/v1`. */
  baseUrl: string;
  /** The per-run token: all of a key that the agent ever sees. */
  token: string;
  model: string;
  prompt: string;
  /** Absolute path of the workspace's AGENTS.md; null when the task has none. */
  agentsMd: string | null;
}

/** A coding-agent CLI as data. One object a file; the engine has all the code. */
export interface AgentAdapter {
  /** `--tui` value. */
  id: string;
  homepage: string;
  acquire: {
    kind: 'npm';
    package: string;
    version: string;
    /** Paths below the install's `node_modules`, tried in order by running them with `versionArgs`. */
    bins: string[];
  };
  /** Name looked for on PATH by `--agent-bin PATH`-less runs; never used silently. */
  command: string;
  versionArgs: string[];
  wire: 'chat' | 'responses';
  /** How the agent edits, so that the scripted demo model can speak to it. */
  editDialect: 'tools';
  argv(context: LaunchContext): string[];
  env(context: LaunchContext): Record<string, string>;
  /** Config files, paths relative to the isolated home. */
  files(context: LaunchContext): Array<{ path: string; content: string }>;
  /** Processes below the agent's own while it rests; more than these means a tool is running. */
  restingChildren: number;
  /** A new parser a run; paths below `workspace` are shown relative. */
  stepParser(workspace: string): StepParser;
  /** The published container image for citable runs; null when none is known. */
  image: { name: string; digest: string | null } | null;
  quirks: Array<{ what: string; link: string | null }>;
}
