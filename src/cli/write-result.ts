import { writeFile } from 'node:fs/promises';
import { UsageError } from '../model/errors.js';
import type { CliIo } from './io.js';

/** Text that is made for people to read as it stands. */
const READ_ON_A_TERMINAL: readonly string[] = ['markdown', 'csv'];

/**
 * A document would flood a terminal, and nobody reads it there. Errors: UsageError `usage.flooded_terminal`, which says
 * how to get it into the file `name`.
 */
export function refuseFlood(
  { command, format, name }: { command: string; format: string; name: string },
  out: string | undefined,
  io: CliIo,
): void {
  if (out !== undefined || !io.stdout.isTTY || READ_ON_A_TERMINAL.includes(format)) return;
  throw new UsageError(`--format ${format} makes a document, which would flood this terminal.`, {
    code: 'usage.flooded_terminal',
    fix: `Give it a file: codingagentbench ${command} --format ${format} -o ${name}. What is piped gets it on stdout.`,
  });
}

/** To stdout, or whole to a file. Errors: UsageError `usage.bad_out`. */
export async function writeResult(text: string, out: string | undefined, io: CliIo): Promise<void> {
  if (out === undefined) {
    io.stdout.write(text);
    return;
  }
  try {
    await writeFile(out, text);
  } catch (cause) {
    throw new UsageError(`${out} cannot be written: ${cause instanceof Error ? cause.message : cause}.`, {
      code: 'usage.bad_out',
      fix: 'Give a file in a directory that exists and that you may write to.',
      cause,
    });
  }
  io.stderr.write(`wrote ${out}\n`);
}
