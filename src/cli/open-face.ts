import type { Face } from '../faces/face.js';
import type { CheckFlags } from './check-options.js';
import type { CliIo } from './io.js';

/** Progress goes to stderr, the result to stdout; a terminal gets the live screen, everything else steady lines. */
export async function openFace(flags: CheckFlags, io: CliIo, onInterrupt: () => void): Promise<Face> {
  const { env, stdin, stdout, stderr } = io;
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
  const result = { writeResult, resultWidth: stdout.columns ?? 100, resultColour: colourOn(stdout) };
  const colour = colourOn(stderr);
  if (stderr.isTTY && env.TERM !== 'dumb' && !env.CI) {
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
