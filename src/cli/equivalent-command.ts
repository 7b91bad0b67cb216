import { commandLine } from './again-command.js';
import { type CheckFlags, checkOptions } from './options/check.js';
import { optionWords } from './options/words.js';

/** The `check` command of these flags. A key is in none of its words: `$YOUR_KEY` stands where one is needed. */
export function equivalentCommand(flags: CheckFlags, hasKey: boolean): string {
  const command = commandLine(['check', ...optionWords(checkOptions, flags)]);
  return hasKey && flags.keyFile === undefined && flags.demo === undefined
    ? `${checkOptions.key.env}="$YOUR_KEY" ${command}`
    : command;
}
