import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addOptions } from '../options/commander.js';
import { type ListFlags, listOptions } from '../options/tasks.js';

const AGENTS_EXAMPLES = `
Examples:
  codingagentbench agents
  codingagentbench agents show codex
  codingagentbench agents show opencode --json
`;

/** Adds `agents` and `agents show`. */
export function addAgentsCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const agents = program
    .command('agents')
    .copyInheritedSettings(program)
    .summary('list the agents, and show the configuration that each gets')
    .description(
      'List every agent that this program can drive, with its install status on this machine. Downloads nothing.',
    );
  addOptions(agents, listOptions, io)
    .addHelpText('after', AGENTS_EXAMPLES)
    .action(async (flags: ListFlags) => {
      const { listAgents } = await import('../agents.js');
      setExitCode(await listAgents(flags, io));
    });
  agents
    .command('show <name>')
    .copyInheritedSettings(program)
    .description(
      "Print one agent's config files, environment and command as `check` would give them, as a script.",
    )
    .addHelpText('after', AGENTS_EXAMPLES)
    .action(async (name: string, _flags: object, command: Command) => {
      const { showAgent } = await import('../agents.js');
      setExitCode(await showAgent(name, command.optsWithGlobals<ListFlags>(), io));
    });
}
