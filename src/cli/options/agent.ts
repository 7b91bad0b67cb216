import type { FlagsOf, OptionTable } from './option.js';
import { text } from './value-types.js';

/** Which agent is driven. */
export const tuiOption = {
  tui: {
    ...{ value: '<agent>', type: text, repeat: 'commas', common: true, group: 'agent' },
    help: 'the coding agent; several with commas',
    more: 'each by its name, or by the file of its adapter',
    question: 'Which agent shall be driven?',
    otherwise: 'opencode',
    example: 'codex',
  },
} as const satisfies OptionTable;

/** What the user changes about one agent, or adds to it. */
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
        fix: 'Give one of them: a binary has the version that it has.',
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
    // It means what the agent makes of it.
    mayBeEmpty: true,
    help: 'one more argument for the agent',
    example: '--verbose',
  },
  agentEnv: {
    ...{ value: '<name=value>', type: text, repeat: 'list', group: 'agent' },
    help: "one more variable in the agent's environment",
    // Left to the shell that has it.
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
