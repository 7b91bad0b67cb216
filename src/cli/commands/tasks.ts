import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addOptions } from '../options/commander.js';
import {
  type ListFlags,
  listOptions,
  type MutateFlags,
  mutateOptions,
  type ValidateFlags,
  validateOptions,
} from '../options/tasks.js';

const TASKS_EXAMPLES = `
Examples:
  Which tasks are there, and which can this machine run?
    codingagentbench tasks list

  What does a task ask for?
    codingagentbench tasks show mutations/js-off-by-one

  Is my own task worth a score?
    codingagentbench tasks validate ./my-task
`;

const VALIDATE_EXAMPLES = `
Examples:
  codingagentbench tasks validate
  codingagentbench tasks validate 'polyglot/*' ./my-task
  codingagentbench tasks validate https://github.com/me/tasks.git#main:retry --junit tasks.xml

Exit codes: 0 all checks passed or were skipped by name · 1 a check failed · 2 not a task, or its solution fails · 4 this machine cannot run a check · 130 interrupted
`;

const MUTATE_EXAMPLES = `
Examples:
  Five tasks from the repository in the current directory:
    codingagentbench tasks mutate . --test "npm test"

  The same ones again, from a URL and a tag:
    codingagentbench tasks mutate https://example.com/you/project.git#v1.2.0 \\
      --test "cargo test --offline" --seed 7 --count 10 --out fresh-tasks

The tests run without network. They can read toolchains, system and the repository's directories, including installed
node_modules, .venv and vendor.

Exit codes: 0 as many tasks as asked for · 1 fewer · 2 usage · 3 preflight · 130 interrupted
`;

/** Adds `tasks` and the commands below it. */
export function addTasksCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const tasks = program
    .command('tasks')
    .copyInheritedSettings(program)
    .summary('list, show, validate and make tasks')
    .helpCommand(false)
    .description('List, show, validate and make tasks.')
    .addHelpText('after', TASKS_EXAMPLES);
  const list = tasks
    .command('list [tasks...]')
    .copyInheritedSettings(program)
    .summary('list tasks, and whether this machine has their toolchains')
    .description(
      'List bundled tasks (all, or those that match ids and globs), or the tasks below a directory.',
    );
  addOptions(list, listOptions, io).action(async (names: string[], flags: ListFlags) => {
    const { tasksList } = await import('../tasks-list.js');
    setExitCode(await tasksList(names, flags, io));
  });
  const show = tasks
    .command('show <task>')
    .copyInheritedSettings(program)
    .summary('show the instruction, files and time limits of a task')
    .description('Show what the agent is told about a task, never its solution or hidden cases.');
  addOptions(show, listOptions, io).action(async (name: string, flags: ListFlags) => {
    const { tasksShow } = await import('../tasks-list.js');
    setExitCode(await tasksShow(name, flags, io));
  });
  const validate = tasks
    .command('validate [tasks...]')
    .copyInheritedSettings(program)
    .summary('run the task checks, which must pass before a score means anything')
    .description(
      'Check that a task fails its named tests as given, that doing nothing fails, that the reference solution passes twice with the same result, and that cheats and hard-coded answers are caught. Tasks are ids, globs, directories or git URLs (default: all bundled tasks).',
    );
  addOptions(validate, validateOptions, io)
    .addHelpText('after', VALIDATE_EXAMPLES)
    .action(async (names: string[], flags: ValidateFlags) => {
      const { tasksValidate } = await import('../tasks-validate.js');
      setExitCode(await tasksValidate(names, flags, io));
    });
  const mutate = tasks
    .command('mutate <repo>')
    .copyInheritedSettings(program)
    .summary('make tasks from a repository: small bugs that its tests notice')
    .description(
      'Clone a git repository (path or URL, with an optional #ref), check that its tests pass, and make tasks from small bugs that the tests notice.',
    );
  addOptions(mutate, mutateOptions, io)
    .addHelpText('after', MUTATE_EXAMPLES)
    .action(async (repo: string, flags: MutateFlags) => {
      const { tasksMutate } = await import('../tasks-mutate.js');
      setExitCode(await tasksMutate(repo, flags, io));
    });
}
