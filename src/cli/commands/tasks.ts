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
  What is there, and what can this machine run?
    codingagentbench tasks list

  What is asked in one of them?
    codingagentbench tasks show mutations/js-off-by-one

  Is my own task worth a score?
    codingagentbench tasks validate ./my-task
`;

const VALIDATE_EXAMPLES = `
Examples:
  codingagentbench tasks validate
  codingagentbench tasks validate 'polyglot/*' ./my-task
  codingagentbench tasks validate https://github.com/me/tasks.git#main:retry --junit ladder.xml

Exit codes: 0 every rung held, or was skipped by name · 1 one did not · 2 not a task, or its solution does not solve it · 130 interrupted
`;

const MUTATE_EXAMPLES = `
Examples:
  Five tasks from the repository you stand in:
    codingagentbench tasks mutate . --test "npm test"

  The same ones again, from a URL and a tag:
    codingagentbench tasks mutate https://example.com/you/project.git#v1.2.0 \\
      --test "cargo test --offline" --seed 7 --count 10 --out fresh-tasks

The tests run without network and see the toolchains, the system and the repository's own directories, among them
node_modules, .venv and vendor where they are installed.

Exit codes: 0 as many tasks as asked for · 1 fewer · 2 usage · 3 preflight · 130 interrupted
`;

/** Adds `tasks` and the commands below it. */
export function addTasksCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const tasks = program
    .command('tasks')
    .copyInheritedSettings(program)
    .summary('list, show, validate and make tasks')
    .helpCommand(false)
    .description('What there is to run, and whether it is worth a score.')
    .addHelpText('after', TASKS_EXAMPLES);
  const list = tasks
    .command('list [tasks...]')
    .copyInheritedSettings(program)
    .summary('every task, and whether its toolchain is here')
    .description('List bundled tasks (all, or those that match ids and globs), or those below a directory.');
  addOptions(list, listOptions, io).action(async (names: string[], flags: ListFlags) => {
    const { tasksList } = await import('../tasks-list.js');
    setExitCode(await tasksList(names, flags, io));
  });
  const show = tasks
    .command('show <task>')
    .copyInheritedSettings(program)
    .summary('the ticket, the files and the limits of a task')
    .description(
      'Show what somebody who works on the task is told; never its solution nor its hidden cases.',
    );
  addOptions(show, listOptions, io).action(async (name: string, flags: ListFlags) => {
    const { tasksShow } = await import('../tasks-list.js');
    setExitCode(await tasksShow(name, flags, io));
  });
  const validate = tasks
    .command('validate [tasks...]')
    .copyInheritedSettings(program)
    .summary('climb the ladder: what must be true before a score says anything')
    .description(
      'See that a task as given fails its named tests, that doing nothing fails, that the reference solution passes twice alike, and that cheats and by-rote answers are caught. Tasks are ids, globs, directories or git URLs; all bundled ones when none is named.',
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
    .summary('make tasks from a repository by breaking its code where its tests notice')
    .description(
      'Clone a git repository (path or URL, #ref if wanted), see that its tests are green, and write one task for each small bug that they notice.',
    );
  addOptions(mutate, mutateOptions, io)
    .addHelpText('after', MUTATE_EXAMPLES)
    .action(async (repo: string, flags: MutateFlags) => {
      const { tasksMutate } = await import('../tasks-mutate.js');
      setExitCode(await tasksMutate(repo, flags, io));
    });
}
