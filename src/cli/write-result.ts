import { access, constants, open, rm, stat, writeFile } from 'node:fs/promises';
import { systemErrorText } from '../host/system-error.js';
import { UsageError } from '../model/errors.js';
import { type CliIo, putDocument, say } from './io.js';

/** Formats that people can read in a terminal. */
const READABLE_FORMATS: readonly string[] = ['markdown', 'csv'];

/**
 * Refuses to print a document on a terminal.
 *
 * @throws UsageError `usage.flooded_terminal`, with the command that writes it to the file `name`
 */
export function refuseFlood(
  { command, format, name }: { command: string; format: string; name: string },
  out: string | undefined,
  io: CliIo,
): void {
  if (out !== undefined || !io.stdout.isTTY || READABLE_FORMATS.includes(format)) return;
  throw new UsageError(`--format ${format} makes a document, which would flood this terminal.`, {
    code: 'usage.flooded_terminal',
    fix: `Give it a file: codingagentbench ${command} --format ${format} -o ${name}. A pipe gets it on stdout.`,
  });
}

/**
 * Writes a document to stdout or to a file.
 *
 * @throws UsageError `usage.bad_out` when the file cannot be written
 */
export async function writeResult(text: string, out: string | undefined, io: CliIo): Promise<void> {
  if (out === undefined) {
    putDocument(io.stdout, text);
    return;
  }
  await writeOut(text, out);
  say(io.stderr, `wrote ${out}\n`);
}

/** @throws UsageError `usage.bad_out` when the file cannot be written */
export async function writeOut(text: string, out: string): Promise<void> {
  await writeFile(out, text).catch((cause: unknown) => {
    throw badOut(out, cause);
  });
}

/**
 * Tests whether a file can be written, before the work that it is for. Leaves no file behind.
 *
 * @throws UsageError `usage.bad_out` when it cannot
 */
export async function tryOut(out: string): Promise<void> {
  try {
    if (await exists(out)) return await access(out, constants.W_OK);
    await (await open(out, 'wx')).close();
    await rm(out);
  } catch (cause) {
    throw badOut(out, cause);
  }
}

/** @throws an error like the system's for a directory */
async function exists(path: string): Promise<boolean> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (stats?.isDirectory()) throw new Error('EISDIR: it is a directory');
  return stats !== null;
}

function badOut(out: string, cause: unknown): UsageError {
  return new UsageError(`${out} cannot be written: ${systemErrorText(cause)}.`, {
    code: 'usage.bad_out',
    fix: 'Give a file in a directory that exists and that you may write to.',
    cause,
  });
}
