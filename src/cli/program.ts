import { Command } from 'commander';
import { version } from '../../package.json';
import { addAgentsCommand } from './commands/agents.js';
import { addCheckCommand } from './commands/check.js';
import { addCompareCommand } from './commands/compare.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addReplayCommand } from './commands/replay.js';
import { addShowCommand } from './commands/show.js';
import { addTasksCommand } from './commands/tasks.js';
import { type CliIo, say } from './io.js';
import { emptyValue } from './options/refusals.js';

const ROOT_EXAMPLES = `
Examples:
  codingagentbench check --demo
  codingagentbench check --endpoint http://127.0.0.1:8080/v1 --model my-model
  codingagentbench doctor --endpoint http://127.0.0.1:8080/v1
  codingagentbench agents show codex
  codingagentbench replay last

A provisional score is not for citation.
`;

/** Defines the command line. The code of a command is loaded only when it runs. */
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
    // The option tables already contain defaults and choices.
    .configureHelp({ optionDescription: (option) => option.description })
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
  return program.hook('preAction', (_, command) => refuseEmptyArgument(command));
}

/** @throws UsageError for an empty argument, which often is an unset variable of a script */
function refuseEmptyArgument({ args, registeredArguments }: Command): void {
  if (!args.includes('')) return;
  const argument = registeredArguments[args.indexOf('')] ?? registeredArguments.at(-1);
  throw emptyValue(`The argument <${argument?.name()}>`);
}
