import { inertText, painted } from '../reporters/text/sanitize.js';
import type { HandedFiles } from './inherited-descriptors.js';

/** Everything the outside world is to the commands; nothing below `src/cli` sees it whole. */
export interface CliIo {
  env: NodeJS.ProcessEnv;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Key files that were named by a descriptor, which is closed by now. */
  handed?: HandedFiles;
}

/**
 * The one place where text leaves for people or for pipes. Words of others stand in most of it: names of files, what git
 * said, what was typed. Nothing in it may command the terminal that shows it.
 */

/** Text for people, without ink. */
export function say(stream: NodeJS.WritableStream, text: string): boolean {
  return stream.write(inertText(text));
}

/** Text for people, whose ink is that of the palette and nothing else. */
export function sayPainted(stream: NodeJS.WritableStream, text: string, colour: boolean): boolean {
  return stream.write(colour ? painted(text) : inertText(text));
}

/** A line in place of the one that stands there. */
export function sayOver(stream: NodeJS.WritableStream, line: string): boolean {
  return stream.write(`\r\u001B[K${inertText(line)}`);
}

/** A document for programs, byte by byte: JSON, or a format of `show` that escapes in its own way. */
export function putDocument(stream: NodeJS.WritableStream, text: string): boolean {
  return stream.write(text);
}
