import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../../package.json';
import { FORMAT_IDS } from '../faces/format-ids.js';
import { WRAPPERS } from '../sandbox/sandbox.js';
import type { AgentsFlags } from './agents.js';
import type { CheckFlags } from './check-options.js';
import type { CompareFlags } from './compare.js';
import type { DoctorFlags } from './doctor.js';
import type { CliIo } from './io.js';
import type { ReplayFlags } from './replay.js';
import { parseReporter } from './reporter-flag.js';
import type { ShowFlags } from './show.js';
import type { TasksFlags } from './tasks-list.js';
import type { MutateFlags } from './tasks-mutate.js';
import type { ValidateFlags } from './tasks-validate.js';

const CHECK_EXAMPLES = `
Examples:
  No endpoint yet? See the real agent work, played by a scripted model:
    codingagentbench check --demo

  A local server:
    codingagentbench check --endpoint http://127.0.0.1:8080/v1 --model my-model

  A provider, the key in a file and not on the command line:
    codingagentbench check --tui opencode --model openai/gpt-oss-120b \\
      --endpoint https://api.example.com/v1 --key-file ~/.keys/example \\
      --task mutations/rust-error-negated

  Reports for a CI and for people, beside what the terminal shows:
    codingagentbench check --reporter junit=junit.xml --reporter html=report.html

  Would it mend a bug in your code?
    codingagentbench check --demo --repo . --test "npm test"

Exit codes: 0 passed · 1 failed · 2 usage · 3 preflight · 4 not scored · 130 interrupted
`;

const DOCTOR_EXAMPLES = `
Examples:
  What does this machine have, and which servers run here?
    codingagentbench doctor

  Can this model be driven by an agent?
    codingagentbench doctor --endpoint http://127.0.0.1:8080/v1 --model my-model

Exit codes: 0 ready · 2 usage · 3 something is wrong that no run can do without
`;

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

Exit codes: 0 every rung held, or was skipped by name · 1 one did not · 2 not a task · 130 interrupted
`;

const AGENTS_EXAMPLES = `
Examples:
  codingagentbench agents
  codingagentbench agents show codex
  codingagentbench agents show opencode --json
`;

const REPLAY_EXAMPLES = `
Examples:
  codingagentbench replay last
  codingagentbench replay 7f3a --speed 4

Keys: space play or pause · ← → span · , . 100 ms · + - speed · ↑ ↓ scroll · o the agent's own output · c score card · q quit
`;

const SHOW_EXAMPLES = `
Examples:
  The newest run, as a page for this terminal:
    codingagentbench show last

  One HTML file to share; a badge; a report for a CI:
    codingagentbench show 7f3a --format html -o report.html
    codingagentbench show 7f3a --format svg -o badge.svg
    codingagentbench show 7f3a --format junit -o junit.xml

Formats: json · markdown · html · svg (badge) · junit · asciicast (recording) · atif (trajectory)
`;

const COMPARE_EXAMPLES = `
Examples:
  All saved runs; one model with every CLI; two runs:
    codingagentbench compare
    codingagentbench compare --model openai/gpt-oss-120b --task 'mutations/*'
    codingagentbench compare 7f3a 81b2

  A page with a plot of pass rate against tokens and time:
    codingagentbench compare --format html -o compare.html
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

const ROOT_EXAMPLES = `
Examples:
  codingagentbench check --demo
  codingagentbench check --endpoint http://127.0.0.1:8080/v1 --model my-model
  codingagentbench doctor --endpoint http://127.0.0.1:8080/v1
  codingagentbench agents show codex
  codingagentbench replay last

A provisional score is not for citation.
`;

/** The command line as data: names, descriptions, examples. Commands are loaded when they are run. */
export function makeProgram(io: CliIo, setExitCode: (code: number) => void): Command {
  const program = new Command('codingagentbench')
    .description(
      'Can this model drive this coding agent? One real task, one real agent, your endpoint, a provisional score.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', ROOT_EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 100),
      outputError: (text, write) =>
        write(text.replace(/^error: (\w)/, (_, first: string) => first.toUpperCase())),
    });

  program
    .command('check')
    .copyInheritedSettings(program)
    .summary('run one cell (agent × model × task) and print its provisional score')
    .description(
      'Drive a real coding agent with your model through a real task and print a provisional score.',
    )
    .option(
      '--tui <agent>',
      'the coding agent to drive, by name or by the file of its adapter (default: opencode)',
    )
    .option(
      '--model <id>',
      'model id as the endpoint knows it (or CAB_MODEL); may be left out when the server lists one',
    )
    .option('--endpoint <url>', 'OpenAI-compatible base URL, usually ending in /v1 (or CAB_ENDPOINT)')
    .option(
      '--key <key>',
      'API key; "-" reads it from stdin. Visible to other processes: prefer the next two',
    )
    .option('--key-file <file>', 'file that holds the API key (or the key itself in CAB_KEY)')
    .option(
      '--task <task>',
      'a bundled task, the directory of one, or URL#ref:path of a git repository (default: the JavaScript task)',
    )
    .option('--repo <repo>', 'make the task from a git repository: a bug in its code that its tests notice')
    .option('--test <command>', "runs the repository's tests, by sh, at its top")
    .option('--language <id>', "which of the repository's code to break (default: most of it)")
    .option('--seed <number>', 'which bug; with --task, a fresh variant of that task', seed)
    .option('--timeout <seconds>', "limit of the agent's time (default: the task's, 600)", positiveNumber)
    .option(
      '--idle-timeout <seconds>',
      'stop an agent that does nothing at all for so long',
      positiveNumber,
      120,
    )
    .option('--max-calls <number>', 'stop the agent after so many model calls', wholeNumber)
    .option('--max-tokens <number>', 'stop the agent when the wire has seen so many tokens', wholeNumber)
    .option('--price <in,out>', 'price per million tokens; prints the cost, which is never guessed', price)
    .addOption(sandboxOption('wrap the agent and the tests'))
    .option(
      '--limit-memory <mb>',
      "stop the agent over so much memory (default: 3/4 of the machine's)",
      wholeNumber,
    )
    .option(
      '--limit-processes <number>',
      'stop the agent over so many processes (default: 1000)',
      wholeNumber,
    )
    .option('--limit-disk <mb>', 'stop the agent over so much written to disk (default: 2048)', wholeNumber)
    .option('--agent-bin <path>', 'use this binary instead of installing the pinned version')
    .option('--agent-version <version>', 'install this version instead of the pinned one')
    .option('--agent-arg <arg>', 'one more argument for the agent (repeatable)', repeated)
    .option('--agent-env <name=value>', "one more variable in the agent's environment (repeatable)", repeated)
    .option(
      '--plugin <file>',
      'load an opencode plugin or an MCP server config into it (repeatable)',
      repeated,
    )
    .addOption(
      new Option('--demo [script]', 'a scripted model instead of an endpoint')
        .choices(['oracle', 'no-op', 'cheat', 'refuse'])
        .preset('oracle'),
    )
    .option('--dry-run', 'print what would be run, and run nothing')
    .option('--keep', 'keep the workspace (a failed run keeps it anyway)')
    .option('--out <dir>', "directory of this run's record (default: the store)")
    .option('--keep-runs <number>', 'saved runs that the store keeps; the oldest go', wholeNumber, 200)
    .option('--capture', 'keep every request and answer whole in the run directory, the key cut out')
    .option(
      '--reporter <name[=file]>',
      'screen, plain, or a format of `show` such as html=report.html; may be given again',
      parseReporter,
    )
    .option('--json', 'print the record as one JSON object on stdout')
    .option('--explain', 'say what every row of the score card means')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (flags: CheckFlags) => {
      const { check } = await import('./check.js');
      setExitCode(await check(flags, io));
    });

  program
    .command('doctor')
    .copyInheritedSettings(program)
    .summary('look over the machine and the endpoint, and run nothing')
    .description(
      'Tell what this machine has for running cells and what an endpoint can do, in fewer than 2,000 tokens; without an endpoint, look for servers on the usual local ports.',
    )
    .option('--endpoint <url>', 'OpenAI-compatible base URL, usually ending in /v1 (or CAB_ENDPOINT)')
    .option('--model <id>', 'model to ask (or CAB_MODEL); may be left out when the server lists one')
    .option(
      '--key <key>',
      'API key; "-" reads it from stdin. Visible to other processes: prefer the next two',
    )
    .option('--key-file <file>', 'file that holds the API key (or the key itself in CAB_KEY)')
    .option('--timeout <seconds>', 'limit of each question to the model', positiveNumber, 120)
    .option('--json', 'print the findings as one JSON object on stdout')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', DOCTOR_EXAMPLES)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('./doctor.js');
      setExitCode(await doctor(flags, io));
    });

  const tasks = program
    .command('tasks')
    .copyInheritedSettings(program)
    .summary('list, show, validate and make tasks')
    .helpCommand(false)
    .description('What there is to run, and whether it is worth a score.')
    .addHelpText('after', TASKS_EXAMPLES);
  tasks
    .command('list [tasks...]')
    .copyInheritedSettings(program)
    .summary('every task, and whether its toolchain is here')
    .description('List bundled tasks (all, or those that match ids and globs), or those below a directory.')
    .option('--json', 'print them as one JSON object')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .action(async (names: string[], flags: TasksFlags) => {
      const { tasksList } = await import('./tasks-list.js');
      setExitCode(await tasksList(names, flags, io));
    });
  tasks
    .command('show <task>')
    .copyInheritedSettings(program)
    .summary('the ticket, the files and the limits of a task')
    .description('Show what somebody who works on the task is told; never its solution nor its hidden cases.')
    .option('--json', 'print it as one JSON object')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .action(async (name: string, flags: TasksFlags) => {
      const { tasksShow } = await import('./tasks-list.js');
      setExitCode(await tasksShow(name, flags, io));
    });
  tasks
    .command('validate [tasks...]')
    .copyInheritedSettings(program)
    .summary('climb the ladder: what must be true before a score says anything')
    .description(
      'See that a task as given fails its named tests, that doing nothing fails, that the reference solution passes twice alike, and that cheats and by-rote answers are caught. Tasks are ids, globs, directories or git URLs; all bundled ones when none is named.',
    )
    .option('--jobs <number>', 'tasks at a time (default: one a core)', wholeNumber)
    .option('--junit <file>', 'write JUnit XML: a suite a task, a case a rung')
    .addOption(sandboxOption('wrap the tests'))
    .option('--json', 'print the results as one JSON object on stdout')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', VALIDATE_EXAMPLES)
    .action(async (names: string[], flags: ValidateFlags) => {
      const { tasksValidate } = await import('./tasks-validate.js');
      setExitCode(await tasksValidate(names, flags, io));
    });
  tasks
    .command('mutate <repo>')
    .copyInheritedSettings(program)
    .summary('make tasks from a repository by breaking its code where its tests notice')
    .description(
      'Clone a git repository (path or URL, #ref if wanted), see that its tests are green, and write one task for each small bug that they notice.',
    )
    .requiredOption('--test <command>', "runs the repository's tests, by sh, at its top")
    .option(
      '--seed <number>',
      'the same seed and commit give the same tasks (default: drawn, and printed)',
      seed,
    )
    .option('--count <number>', 'how many tasks', wholeNumber, 5)
    .option('--language <id>', 'which code to break (default: the language most of it is in)')
    .option('--out <dir>', 'gets one directory a task', 'mutated-tasks')
    .option('--test-timeout <seconds>', 'limit of one run of the tests', positiveNumber, 300)
    .addOption(sandboxOption('wrap the tests'))
    .option('--json', 'print what was kept and dropped as one JSON object on stdout')
    .addHelpText('after', MUTATE_EXAMPLES)
    .action(async (repo: string, flags: MutateFlags) => {
      const { tasksMutate } = await import('./tasks-mutate.js');
      setExitCode(await tasksMutate(repo, flags, io));
    });

  const agents = program
    .command('agents')
    .copyInheritedSettings(program)
    .summary('list the agents: installed, pinned, and what each is given')
    .description(
      'List every agent this program can drive and how it stands on this machine. Downloads nothing.',
    )
    .option('--json', 'print the agents as one JSON object on stdout')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', AGENTS_EXAMPLES)
    .action(async (flags: AgentsFlags) => {
      const { listAgents } = await import('./agents.js');
      setExitCode(await listAgents(flags, io));
    });
  agents
    .command('show <name>')
    .copyInheritedSettings(program)
    .description(
      "Print one agent's config files, environment and command as `check` would give them, as a script.",
    )
    .addHelpText('after', AGENTS_EXAMPLES)
    .action(async (name: string, _flags: object, command: Command) => {
      const { showAgent } = await import('./agents.js');
      setExitCode(await showAgent(name, command.optsWithGlobals<AgentsFlags>(), io));
    });

  program
    .command('replay')
    .copyInheritedSettings(program)
    .summary('play a saved run again on the screen it had')
    .description(
      'Play a saved run again: pause, step from span to span, seek. Where there is no terminal, print what happened and when.',
    )
    .argument('<run>', 'its id, the beginning of one, its directory, or "last"')
    .option('--speed <factor>', 'how much faster than it was', positiveNumber, 1)
    .option('--explain', 'say what every row of the score card means')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (name: string, flags: ReplayFlags) => {
      const { replay } = await import('./replay.js');
      setExitCode(await replay(name, flags, io));
    });

  program
    .command('show')
    .copyInheritedSettings(program)
    .summary('show a saved run as a page, a report, a badge or a recording')
    .description(
      'Show a saved run: the whole cell page in the terminal, or the run in another format on stdout or in a file.',
    )
    .argument('[run]', 'id, the beginning of one, the directory of a run, or "last"', 'last')
    .addOption(new Option('--format <format>', 'what to make of it').choices(FORMAT_IDS))
    .option('-o, --out <file>', 'write to this file')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (name: string, flags: ShowFlags) => {
      const { show } = await import('./show.js');
      setExitCode(await show(name, flags, io));
    });

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
      const { compare } = await import('./compare.js');
      setExitCode(await compare(names, flags, io));
    });

  return program;
}

function repeated(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function sandboxOption(what: string): Option {
  return new Option('--sandbox <mode>', `${what}: the best that works here, required, off, or one by name`)
    .choices(['auto', 'required', 'off', ...WRAPPERS])
    .default('auto');
}

function seed(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '')
    throw new InvalidArgumentError('It takes a whole number, 0 or above.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new InvalidArgumentError('It takes a whole number above 0.');
  return value;
}

function price(text: string): { input: number; output: number } {
  const [input = Number.NaN, output = Number.NaN, ...more] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (more.length > 0 || !(input >= 0) || !(output >= 0) || !Number.isFinite(input + output)) {
    throw new InvalidArgumentError('It takes two numbers, such as 0.15,0.60.');
  }
  return { input, output };
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('It takes a number of seconds above 0.');
  return value;
}
