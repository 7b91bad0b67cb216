import { CommanderError } from 'commander';
import { CabError, ExitCode } from '../model/errors.js';
import { type CliIo, say } from './io.js';
import { makeProgram } from './program.js';
import { refuseUnknownCommand } from './unknown-command.js';

/**
 * Runs one command line and returns its exit code. All errors are printed here: a CabError with its message and fix, any
 * other error as a bug of this program, with its stack.
 */
export async function run(argv: string[], io: CliIo): Promise<number> {
  let exitCode: number = ExitCode.passed;
  const program = makeProgram(io, (code) => {
    exitCode = code;
  });
  try {
    refuseUnknownCommand(program, argv);
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.passed : ExitCode.usage;
    if (!(error instanceof CabError)) {
      say(io.stderr, `codingagentbench has a bug, please report it:\n${stackOf(error)}\n`);
      return ExitCode.unscored;
    }
    say(io.stderr, `${error.message}\n${error.fix}\n`);
    return error.exitCode;
  }
  return exitCode;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
