import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { type CheckFlags, checkOptions } from '../options/check.js';
import { addOptions } from '../options/commander.js';

const EXIT_CODES = 'Exit codes: 0 passed, 1 failed, 2 usage, 3 preflight, 4 unscored, 130 stopped';

/** Usage, common options and this text fit into 24 lines. */
const SHORT_HELP = `
Examples:
  codingagentbench check --demo
  codingagentbench check --endpoint http://127.0.0.1:8080/v1 --model my-model

${EXIT_CODES}
All options: codingagentbench check --help --all`;

const LONG_HELP = `
Examples:
  No endpoint yet? See the real agent work with a scripted model:
    codingagentbench check --demo

  A local server:
    codingagentbench check --endpoint http://127.0.0.1:8080/v1 --model my-model

  A provider, with the key in a file:
    codingagentbench check --tui opencode --model openai/gpt-oss-120b \\
      --endpoint https://api.example.com/v1 --key-file ~/.keys/example \\
      --task mutations/rust-error-negated

  Reports for a CI and for people, in addition to the terminal:
    codingagentbench check --reporter junit=junit.xml --reporter html=report.html

  Several cells: all matching tasks with each agent:
    codingagentbench check --demo --task 'mutations/js-*' --tui opencode,codex

  Can it fix a bug in your code?
    codingagentbench check --demo --repo . --test "npm test"

${EXIT_CODES}
Several cells: 130 stopped, 3 a preflight ended the sweep, 2 no cell could run as given, 1 a cell failed, 4 a cell was unscored; the first that applies
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
