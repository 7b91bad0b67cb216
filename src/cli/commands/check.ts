import { type Command, Option } from 'commander';
import type { CheckFlags } from '../check-options.js';
import type { CliIo } from '../io.js';
import { parseReporter } from '../reporter-flag.js';
import {
  listed,
  positiveNumber,
  price,
  repeated,
  sandboxOption,
  seed,
  wholeNumber,
} from './option-values.js';

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

  Several cells: every task that fits, with each of the agents:
    codingagentbench check --demo --task 'mutations/js-*' --tui opencode,codex

  Would it mend a bug in your code?
    codingagentbench check --demo --repo . --test "npm test"

Exit codes: 0 passed · 1 failed · 2 usage · 3 preflight · 4 not scored · 130 interrupted
Of several cells: 130 when stopped, 3 when a preflight ended them all, 2 when none could be run as told, 1 when any failed, else 4 when any was not scored
`;

/** Adds `check`. */
export function addCheckCommand(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  program
    .command('check')
    .copyInheritedSettings(program)
    .summary('run one cell (agent × model × task) and print its provisional score')
    .description(
      'Drive a real coding agent with your model through a real task and print a provisional score.',
    )
    .option(
      '--tui <agent>',
      'the coding agent to drive, by name or by the file of its adapter; several with commas (default: opencode)',
      listed,
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
      'a bundled task, a glob of them, a directory, or URL#ref:path of a git repository; may be given again (default: the JavaScript task)',
      listed,
    )
    .option('--jobs <number>', 'of several cells, how many run at once (default: 1)', wholeNumber)
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
    .option('--limit-cpu <processors>', 'let the agent use so many (default: all)', positiveNumber)
    .option('--limit-disk <mb>', 'stop the agent over so much written to disk (default: 2048)', wholeNumber)
    .option('--limit-files <number>', 'stop the agent over so many files (default: 200000)', wholeNumber)
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
    .option('--json', 'print the record, or of several cells the sweep, as one JSON object on stdout')
    .option('--explain', 'say what every row of the score card means')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (flags: CheckFlags) => {
      const { check } = await import('../check.js');
      setExitCode(await check(flags, io));
    });
}
