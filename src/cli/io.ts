import { inertExceptPalette, inertText } from '../reporters/text/sanitize.js';
import type { InheritedFiles } from './inherited-descriptors.js';

/** Environment and streams of this process. Only `src/cli` uses them. */
export interface CliIo {
  env: NodeJS.ProcessEnv;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Key files that the command line names by a descriptor. The descriptors are closed by now. */
  inheritedFiles?: InheritedFiles;
}

/**
 * All output to terminals and pipes goes through these functions. Most texts contain foreign words, such as file names or
 * messages of git: control sequences in them must not reach the terminal.
 */

/** Writes text for people, without colour. */
export function say(stream: NodeJS.WritableStream, text: string): boolean {
  return stream.write(inertText(text));
}

/** Writes text for people. Only the colour codes of the palette are kept. */
export function sayPainted(stream: NodeJS.WritableStream, text: string, colour: boolean): boolean {
  return stream.write(colour ? inertExceptPalette(text) : inertText(text));
}

/** Replaces the current line of the terminal. */
export function sayOver(stream: NodeJS.WritableStream, line: string): boolean {
  return stream.write(`\r\u001B[K${inertText(line)}`);
}

/** Writes a document unchanged: JSON, or a format of `show` that does its own escaping. */
export function putDocument(stream: NodeJS.WritableStream, text: string): boolean {
  return stream.write(text);
}
