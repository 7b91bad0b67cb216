import type { Face } from '../faces/face.js';
import type { CheckFlags } from './check-options.js';
import type { CliIo } from './io.js';
import type { Reporting } from './reporters.js';
import { colourOn, settleInkColour, terminalOf, wantsInk } from './terminal.js';

/** Progress goes to stderr, the result to stdout; a terminal gets the live screen, everything else steady lines. */
export async function openFace(
  flags: CheckFlags,
  reporting: Reporting,
  io: CliIo,
  onInterrupt: () => void,
): Promise<Face> {
  const { env, stdin } = io;
  const [stdout, stderr] = [terminalOf(io.stdout, env), terminalOf(io.stderr, env)];
  const writeResult = (text: string) => {
    if (reporting.stdout === null) stdout.write(text);
  };
  const startedMs = performance.now();
  const result = {
    writeResult,
    resultWidth: stdout.columns ?? 100,
    resultColour: colourOn(stdout, flags, env),
    explain: flags.explain ?? false,
  };
  const colour = colourOn(stderr, flags, env);
  if (reporting.live === null ? wantsInk(io) : reporting.live === 'screen') {
    settleInkColour(env, colour);
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
