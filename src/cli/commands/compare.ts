import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addOptions } from '../options/commander.js';
import { type CompareFlags, compareOptions } from '../options/saved-runs.js';

const COMPARE_EXAMPLES = `
Examples:
  All saved runs; one model with every CLI; two runs:
    codingagentbench compare
    codingagentbench compare --model openai/gpt-oss-120b --task 'mutations/*'
    codingagentbench compare 7f3a 81b2

  A page with a plot of pass rate against tokens and time:
    codingagentbench compare --format html -o compare.html
`;

/** Adds `compare`. */
export function addCompareCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const command = program
    .command('compare')
    .copyInheritedSettings(program)
    .summary('saved runs side by side')
    .description(
      'Compare saved runs: other CLIs on a task, other models with a CLI, other tasks. Repeats of a cell are put together, with a 95 % interval; runs that were not scored count nowhere; demos stand apart.',
    )
    .argument('[runs...]', 'runs by id, beginning of one, or directory (default: all that are saved)');
  addOptions(command, compareOptions, io)
    .addHelpText('after', COMPARE_EXAMPLES)
    .action(async (names: string[], flags: CompareFlags) => {
      const { compare } = await import('../compare.js');
      setExitCode(await compare(names, flags, io));
    });
}
