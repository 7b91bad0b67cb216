import type { Command } from 'commander';
import { distance } from 'fastest-levenshtein';
import { UsageError } from '../model/errors.js';

/**
 * Refuses an unknown command, also with `--help`: the parser would print the help of another command. No option before a
 * command takes a value.
 *
 * @throws UsageError for an unknown command
 */
export function refuseUnknownCommand(program: Command, argv: readonly string[]): void {
  let command = program;
  for (const word of argv) {
    if (word.startsWith('-')) continue;
    if (command.commands.length === 0) return;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) throw unknownCommand(command, word);
    command = next;
  }
}

function unknownCommand(command: Command, word: string): UsageError {
  const names = command.commands.map((each) => each.name());
  const [nearest = ''] = [...names].sort((a, b) => distance(word, a) - distance(word, b));
  const isNear = distance(word, nearest) <= Math.max(2, word.length / 3);
  const path = [command.parent?.name(), command.name()].filter(Boolean).join(' ');
  return new UsageError(
    `Unknown command '${[...(command.parent ? [command.name()] : []), word].join(' ')}'`,
    {
      code: 'usage.unknown_command',
      fix: isNear
        ? `(Did you mean ${nearest}?)`
        : `(Nearest: ${nearest}. \`${path} --help\` lists all: ${names.join(', ')}.)`,
    },
  );
}
