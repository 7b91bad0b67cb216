import { Command } from 'commander';
import { version } from '../../package.json';
import { UsageError } from '../errors.js';
import { addAgentsCommand } from './commands/agents.js';
import { addCheckCommand } from './commands/check.js';
import { addCompareCommand } from './commands/compare.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addReplayCommand } from './commands/replay.js';
import { addShowCommand } from './commands/show.js';
import { addTasksCommand } from './commands/tasks.js';
import type { CliIo } from './io.js';
import { say } from './say.js';

const ROOT_EXAMPLES = `
Examples:
  codingagentbench check --demo
  codingagentbench check --endpoint http://127.0.0.1:8080/v1 --model my-model
  codingagentbench doctor --endpoint http://127.0.0.1:8080/v1
  codingagentbench agents show codex
  codingagentbench replay last

A provisional score is not for citation.
`;

/** The command line as data: names, descriptions, examples. Commands are loaded when they are run. */
export function makeProgram(io: CliIo, setExitCode: (code: number) => void): Command {
  const program = new Command('codingagentbench')
    .description(
      'Can this model drive this coding agent? One real task, one real agent, your endpoint, a provisional score.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', ROOT_EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => say(io.stdout, text),
      writeErr: (text) => say(io.stderr, text),
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 100),
      outputError: (text, write) =>
        write(text.replace(/^error: (\w)/, (_, first: string) => first.toUpperCase())),
    });

  for (const add of [
    addCheckCommand,
    addDoctorCommand,
    addTasksCommand,
    addAgentsCommand,
    addReplayCommand,
    addShowCommand,
    addCompareCommand,
  ])
    add(program, io, setExitCode);
  return program.hook('preAction', (_, command) => refuseEmpty(command));
}

/** An argument for an agent means what the agent makes of it. */
const MAY_BE_EMPTY = new Set(['agentArg']);

/** A value of nothing is a variable that a script has not set: what it stood for is asked back, not guessed. */
function refuseEmpty(command: Command): void {
  const empty = command.options.find((option) => {
    const name = option.attributeName();
    return !MAY_BE_EMPTY.has(name) && [command.getOptionValue(name)].flat().includes('');
  });
  const argument =
    command.registeredArguments[command.args.indexOf('')] ?? command.registeredArguments.at(-1);
  const what = empty?.long ?? (command.args.includes('') ? `The argument <${argument?.name()}>` : null);
  if (what === null) return;
  throw new UsageError(`${what} is empty.`, {
    code: 'usage.empty_value',
    fix: 'Give it a value, or leave it out. In a script, look whether its variable is set.',
  });
}
