import type { AgentAdapter } from './adapter.js';
import { launchOf } from './launch.js';

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

/** The wiring of an agent; `agentsMd` says whether the task has an AGENTS.md. */
export function wiringOf(adapter: AgentAdapter, { agentsMd }: { agentsMd: boolean }): Wiring {
  const { args, env, files } = launchOf(adapter, {
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
  });
  return { argv: [adapter.command, ...args], env, files };
}
