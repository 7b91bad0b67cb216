import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addOptions } from '../options/commander.js';
import { type CompareFlags, compareOptions } from '../options/saved-runs.js';

const COMPARE_EXAMPLES = `
Examples:
  All saved runs; one model with every agent; two runs:
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
    .summary('compare saved runs')
    .description(
      'Compare saved runs: agents, models and tasks. Repeats of a cell are grouped, with a 95 % interval. Unscored runs do not count. Demo runs are never mixed with other runs.',
    )
    .argument('[runs...]', 'ids (or their beginning) or directories of runs (default: all saved runs)');
  addOptions(command, compareOptions, io)
    .addHelpText('after', COMPARE_EXAMPLES)
    .action(async (names: string[], flags: CompareFlags) => {
      const { compare } = await import('../compare.js');
      setExitCode(await compare(names, flags, io));
    });
}
