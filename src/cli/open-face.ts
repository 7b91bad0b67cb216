import type { Face } from '../faces/face.js';
import type { CheckFlags } from './check-options.js';
import type { CliIo } from './io.js';
import { showsSymbols, withPlainerSymbols } from './legacy-console.js';

/** Progress goes to stderr, the result to stdout; a terminal gets the live screen, everything else steady lines. */
export async function openFace(flags: CheckFlags, io: CliIo, onInterrupt: () => void): Promise<Face> {
  const { env, stdin } = io;
  const [stdout, stderr] = [terminalOf(io.stdout, env), terminalOf(io.stderr, env)];
  const { wantsColour } = await import('../faces/colour.js');
  const colourOn = (stream: NodeJS.WriteStream) =>
    wantsColour({
      noColor: flags.color ? env.NO_COLOR : '1',
      forceColor: flags.color ? env.FORCE_COLOR : undefined,
      isTTY: stream.isTTY,
      term: env.TERM,
    });
  const writeResult = (text: string) => {
    if (!flags.json) stdout.write(text);
  };
  const startedMs = performance.now();
  const result = {
    writeResult,
    resultWidth: stdout.columns ?? 100,
    resultColour: colourOn(stdout),
    explain: flags.explain ?? false,
  };
  const colour = colourOn(stderr);
  // To a screen reader, a screen that redraws itself is noise: it gets the steady lines.
  if (stderr.isTTY && env.TERM !== 'dumb' && !env.CI && env.INK_SCREEN_READER !== 'true') {
    // Ink asks for the colour level once, when it is loaded, and knows no NO_COLOR.
    env.FORCE_COLOR = colour ? (env.FORCE_COLOR ?? '1') : '0';
    const { mountScreen } = await import('../faces/screen/mount-screen.js');
    return mountScreen({
      stdout: stderr,
      stdin,
      colour,
      onInterrupt,
      now: () => performance.now() - startedMs,
      ...result,
    });
  }
  const { plainFace } = await import('../faces/plain.js');
  return plainFace({ write: (text) => stderr.write(text), width: stderr.columns ?? 100, colour, ...result });
}

function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): NodeJS.WriteStream {
  return stream.isTTY && !showsSymbols(env, process.platform) ? withPlainerSymbols(stream) : stream;
}
