import { Command } from 'commander';
import { expect, it } from 'vitest';
import { refuseUnknownCommand } from '../../../src/cli/unknown-command.js';

const program = new Command('codingagentbench');
program.command('check');
program.command('show').argument('<run>');
const tasks = program.command('tasks');
tasks.command('list');
tasks.command('validate');

it.each([
  [[]],
  [['check', '--help']],
  // What follows a command without subcommands is its argument.
  [['show', 'nothing']],
  [['--json', 'tasks', 'list']],
])('%j is accepted', (argv) => {
  expect(() => refuseUnknownCommand(program, argv)).not.toThrow();
});

it.each([
  [['chekc'], "Unknown command 'chekc'", '(Did you mean check?)'],
  [['--help', 'tasks', 'lst'], "Unknown command 'tasks lst'", '(Did you mean list?)'],
  [
    ['tasks', 'something'],
    "Unknown command 'tasks something'",
    '`codingagentbench tasks --help` lists all: list, validate',
  ],
])('%j is refused, with the nearest command', (argv, message, fix) => {
  const refuse = () => refuseUnknownCommand(program, argv);
  expect(refuse).toThrow(message);
  expect(refuse).toThrow(
    expect.objectContaining({ code: 'usage.unknown_command', fix: expect.stringContaining(fix) }),
  );
});
