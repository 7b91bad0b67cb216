import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addOptions } from '../options/commander.js';
import { type ShowFlags, showOptions } from '../options/saved-runs.js';

const SHOW_EXAMPLES = `
Examples:
  The newest run, as a page for the terminal:
    codingagentbench show last

  One HTML file to share; a badge; a report for a CI:
    codingagentbench show 7f3a --format html -o report.html
    codingagentbench show 7f3a --format svg -o badge.svg
    codingagentbench show 7f3a --format junit -o junit.xml

Formats: json · markdown · html · svg (badge) · junit · asciicast (recording) · atif (trajectory)
`;

/** Adds `show`. */
export function addShowCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const command = program
    .command('show')
    .copyInheritedSettings(program)
    .summary('show a saved run as a page, a report, a badge or a recording')
    .description(
      'Show a saved run: as a page in the terminal, or in another format in a file or pipe (Markdown also in the terminal).',
    )
    .argument('[run]', 'id (or the beginning of it), directory of a run, or "last"', 'last');
  addOptions(command, showOptions, io)
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (name: string, flags: ShowFlags) => {
      const { show } = await import('../show.js');
      setExitCode(await show(name, flags, io));
    });
}
