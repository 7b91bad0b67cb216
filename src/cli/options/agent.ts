import type { FlagsOf, OptionTable } from './option.js';
import { text } from './value-types.js';

/** Which agent is driven. */
export const tuiOption = {
  tui: {
    ...{ value: '<agent>', type: text, repeat: 'commas', common: true, group: 'agent' },
    help: 'the coding agent; several with commas',
    more: 'the name of an agent, or the path of an adapter',
    question: 'Which agent?',
    otherwise: 'opencode',
    example: 'codex',
  },
} as const satisfies OptionTable;

/** Changes to one agent. */
export const ownAgentOptions = {
  agentVersion: {
    ...{ value: '<version>', type: text, group: 'agent' },
    help: 'install this version instead of the pinned one',
    example: '1.18.0',
    excludes: [
      {
        options: ['agentBin'],
        code: 'usage.agent_version',
        message: '{this} and {other} were both given.',
        fix: 'Give only one: the binary already has its version.',
      },
    ],
  },
  agentBin: {
    ...{ value: '<path>', type: text, group: 'agent' },
    help: 'use this binary instead of installing the pinned version',
    example: './opencode',
  },
  agentArg: {
    ...{ value: '<arg>', type: text, repeat: 'list', group: 'agent' },
    // The agent may give an empty argument a meaning.
    mayBeEmpty: true,
    help: 'one more argument for the agent',
    example: '--verbose',
  },
  agentEnv: {
    ...{ value: '<name=value>', type: text, repeat: 'list', group: 'agent' },
    help: "one more variable in the agent's environment",
    // The value may be secret.
    shared: (pair: string) => pair.replace(/=.*$/s, '=…'),
    example: 'LOG_LEVEL=debug',
  },
  plugin: {
    ...{ value: '<file>', type: text, repeat: 'list', group: 'agent' },
    help: 'load an opencode plugin or an MCP server config into it',
    example: './mcp.json',
  },
} as const satisfies OptionTable;

export type AgentFlags = FlagsOf<typeof tuiOption & typeof ownAgentOptions>;
