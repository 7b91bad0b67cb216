import { wantsColour } from '../reporters/text/palette.js';
import type { CliIo } from './io.js';
import { showsSymbols, withPlainerSymbols } from './legacy-console.js';

/** Whether to colour text on `stream`. */
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

/** Returns `stream`, with plainer symbols where it needs them. */
export function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): NodeJS.WriteStream {
  return stream.isTTY && !showsSymbols(env, process.platform) ? withPlainerSymbols(stream) : stream;
}

/** Whether a live screen may be drawn on stderr. Not for screen readers, which would read every redraw. */
export function wantsInk({ env, stderr }: CliIo): boolean {
  return Boolean(stderr.isTTY) && env.TERM !== 'dumb' && !env.CI && env.INK_SCREEN_READER !== 'true';
}

/** Sets FORCE_COLOR for Ink, which does not know NO_COLOR. Must be called before Ink is loaded. */
export function settleInkColour(env: NodeJS.ProcessEnv, colour: boolean): void {
  env.FORCE_COLOR = colour ? (env.FORCE_COLOR ?? '1') : '0';
}
