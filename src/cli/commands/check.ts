import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { type CheckFlags, checkOptions } from '../options/check.js';
import { addOptions } from '../options/commander.js';

const EXIT_CODES = 'Exit codes: 0 passed, 1 failed, 2 usage, 3 preflight, 4 unscored, 130 stopped';

/** With the usage and the options people need, in 24 lines of a terminal. */
const SHORT_HELP = `
Examples:
  codingagentbench check --demo
  codingagentbench check --endpoint http://127.0.0.1:8080/v1 --model my-model

${EXIT_CODES}
All options: codingagentbench check --help --all`;

const LONG_HELP = `
Examples:
  No endpoint yet? See the real agent work, played by a scripted model:
    codingagentbench check --demo

  A local server:
    codingagentbench check --endpoint http://127.0.0.1:8080/v1 --model my-model

  A provider, the key in a file and not on the command line:
    codingagentbench check --tui opencode --model openai/gpt-oss-120b \\
      --endpoint https://api.example.com/v1 --key-file ~/.keys/example \\
      --task mutations/rust-error-negated

  Reports for a CI and for people, beside what the terminal shows:
    codingagentbench check --reporter junit=junit.xml --reporter html=report.html

  Several cells: every task that fits, with each of the agents:
    codingagentbench check --demo --task 'mutations/js-*' --tui opencode,codex

  Would it mend a bug in your code?
    codingagentbench check --demo --repo . --test "npm test"

${EXIT_CODES}
Of several cells: 130 when stopped, 3 when a preflight ended them all, 2 when none could be run as told, 1 when any failed, else 4 when any was not scored
`;

/** Adds `check`. */
export function addCheckCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const command = program
    .command('check')
    .copyInheritedSettings(program)
    .summary('run one cell (agent × model × task) and print its provisional score')
    .description('Drive a real coding agent with your model, and print a provisional score.');
  addOptions(command, checkOptions, io)
    .addHelpText('after', () => (command.opts().all ? LONG_HELP : SHORT_HELP))
    .action(async (flags: CheckFlags) => {
      const { check } = await import('../check.js');
      setExitCode(await check(flags, io));
    });
}
