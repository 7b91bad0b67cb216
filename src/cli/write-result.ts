import { writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import type { CliIo } from './io.js';

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
