import type { RenderOptions } from 'ink';

/**
 * How every face that is drawn by Ink meets its terminal. Whoever opens one has looked whether there is a terminal; left
 * to itself, Ink would look at `CI` again and draw nothing.
 */
export function onTerminal(stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): RenderOptions {
  return {
    stdout,
    stdin,
    stderr: stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  };
}
