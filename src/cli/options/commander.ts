import { type Command, Option } from 'commander';
import { UsageError } from '../../model/errors.js';
import type { CliIo } from '../io.js';
import { helpOf, isLong, termOf } from './describe.js';
import { GROUPS, type OptionSpec, type OptionTable } from './option.js';
import { refuseConflicts, refuseEmpty } from './refusals.js';

/** Adds the options of a table to a command, with the checks for conflicts. A long table gets `--help --all`. */
export function addOptions(command: Command, table: OptionTable, io: CliIo): Command {
  const hasShortHelp = isLong(table);
  const options = Object.entries(table).map(([name, spec]) => {
    const option = optionOf(name, spec, { whole: !hasShortHelp });
    if (hasShortHelp && !spec.common) option.hideHelp();
    command.addOption(option);
    return { option, spec };
  });
  if (hasShortHelp) {
    command.addOption(new Option('--all').hideHelp());
    // The parser emits this before it prints the help, at any position of `--all`.
    command.on('option:all', () => {
      for (const { option, spec } of options) {
        option.hideHelp(false).helpGroup(`${GROUPS[spec.group].title}:`);
        option.description = helpOf(spec, { whole: true });
      }
    });
  }
  return command.hook('preAction', (self, acting) => {
    if (self !== acting) return;
    const flags = acting.opts();
    if (hasShortHelp && flags.all) throw strayAll(command.name());
    refuseEmpty(table, flags);
    refuseConflicts(table, flags, io.env);
  });
}

function optionOf(name: string, spec: OptionSpec, detail: { whole: boolean }): Option {
  const option = new Option(termOf(name, spec), helpOf(spec, detail));
  if (spec.required) option.makeOptionMandatory();
  if (spec.type === undefined) return option;
  const { type, repeat, preset } = spec;
  if (spec.default !== undefined) option.default(spec.default);
  if (preset !== undefined) option.preset(preset);
  // `earlier` is the value so far; at first, the default.
  return option.argParser((typed: string, earlier: unknown) => {
    const value = type.read(typed);
    if (repeat === 'list') return [...(Array.isArray(earlier) ? earlier : []), value];
    return repeat === 'commas' && earlier !== undefined ? `${earlier},${value}` : value;
  });
}

function strayAll(command: string): UsageError {
  return new UsageError('--all needs --help.', {
    code: 'usage.stray_all',
    fix: `\`codingagentbench ${command} --help --all\` lists every option.`,
  });
}
