import { type Command, Option } from 'commander';
import type { CompareFlags } from '../compare.js';
import type { CliIo } from '../io.js';
import { repeated } from './option-values.js';

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
  program
    .command('compare')
    .copyInheritedSettings(program)
    .summary('saved runs side by side')
    .description(
      'Compare saved runs: other CLIs on a task, other models with a CLI, other tasks. Repeats of a cell are put together, with a 95 % interval; runs that were not scored count nowhere; demos stand apart.',
    )
    .argument('[runs...]', 'runs by id, beginning of one, or directory (default: all that are saved)')
    .option('--tui <glob>', 'runs of these CLIs alone; may be given again', repeated)
    .option('--model <glob>', 'of these models alone; may be given again', repeated)
    .option('--task <glob>', "of these tasks alone, such as 'mutations/*'; may be given again", repeated)
    .option('--demo', 'demo runs, which a scripted model played, and no others')
    .addOption(
      new Option('--format <format>', 'instead of the page for this terminal').choices([
        'markdown',
        'csv',
        'json',
        'html',
      ]),
    )
    .option('-o, --out <file>', 'write to this file')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', COMPARE_EXAMPLES)
    .action(async (names: string[], flags: CompareFlags) => {
      const { compare } = await import('../compare.js');
      setExitCode(await compare(names, flags, io));
    });
}
