import { access, constants, open, rm, stat, writeFile } from 'node:fs/promises';
import { whatFailed } from '../host/what-failed.js';
import { UsageError } from '../model/errors.js';
import { type CliIo, putDocument, say } from './io.js';

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

/** A document to stdout, or whole to a file. Errors: UsageError `usage.bad_out`. */
export async function writeResult(text: string, out: string | undefined, io: CliIo): Promise<void> {
  if (out === undefined) {
    putDocument(io.stdout, text);
    return;
  }
  await writeOut(text, out);
  say(io.stderr, `wrote ${out}\n`);
}

/** Errors: UsageError `usage.bad_out`. */
export async function writeOut(text: string, out: string): Promise<void> {
  await writeFile(out, text).catch((cause: unknown) => {
    throw badOut(out, cause);
  });
}

/** Before what is to be written takes its time. Makes no file. Errors: UsageError `usage.bad_out`. */
export async function tryOut(out: string): Promise<void> {
  try {
    if (await isThere(out)) return await access(out, constants.W_OK);
    await (await open(out, 'wx')).close();
    await rm(out);
  } catch (cause) {
    throw badOut(out, cause);
  }
}

/** Errors: for a directory, in the words of the system. */
async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory()) throw new Error('EISDIR: it is a directory');
  return found !== null;
}

function badOut(out: string, cause: unknown): UsageError {
  return new UsageError(`${out} cannot be written: ${whatFailed(cause)}.`, {
    code: 'usage.bad_out',
    fix: 'Give a file in a directory that exists and that you may write to.',
    cause,
  });
}
