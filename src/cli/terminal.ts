import { wantsColour } from '../reporters/text/palette.js';
import type { CliIo } from './io.js';
import { showsSymbols, withPlainerSymbols } from './legacy-console.js';

/** Whether to colour what goes to `stream`. */
export function colourOn(
  stream: NodeJS.WriteStream,
  flags: { color: boolean },
  env: NodeJS.ProcessEnv,
): boolean {
  return wantsColour({
    noColor: flags.color ? env.NO_COLOR : '1',
    forceColor: flags.color ? env.FORCE_COLOR : undefined,
    isTTY: stream.isTTY,
    term: env.TERM,
  });
}

/** `stream` with the symbols that it can show. */
export function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): NodeJS.WriteStream {
  return stream.isTTY && !showsSymbols(env, process.platform) ? withPlainerSymbols(stream) : stream;
}

/** Whether something that moves may be drawn on stderr. To a screen reader, what redraws itself is noise. */
export function wantsInk({ env, stderr }: CliIo): boolean {
  return Boolean(stderr.isTTY) && env.TERM !== 'dumb' && !env.CI && env.INK_SCREEN_READER !== 'true';
}

/** Ink asks for the colour level once, when it is loaded, and knows no NO_COLOR: to be called before that. */
export function settleInkColour(env: NodeJS.ProcessEnv, colour: boolean): void {
  env.FORCE_COLOR = colour ? (env.FORCE_COLOR ?? '1') : '0';
}
