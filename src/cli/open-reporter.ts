import type { LiveReporter } from '../reporters/reporter.js';
import type { PlannedRun } from './cell-plan.js';
import { type CliIo, sayPainted } from './io.js';
import type { CheckFlags } from './options/check.js';
import type { Reporting } from './reporters.js';
import { colourOn, settleInkColour, terminalOf, wantsInk } from './terminal.js';

/** Opens the live reporter. Progress goes to stderr, the result to stdout. A terminal gets the live screen, everything else plain lines. */
export async function openReporter(options: ReporterOptions): Promise<LiveReporter> {
  const { screen, plain } = await outputsOf(options);
  const { several, runs, flags } = options;
  const explain = flags.explain ?? false;
  if (!several) {
    if (screen === null) {
      const { plainRun } = await import('../reporters/live/plain.js');
      return plainRun({ ...plain, explain });
    }
    const { mountScreen } = await import('../reporters/live/screen/mount-screen.js');
    return mountScreen({ ...screen, explain });
  }
  const cells = runs.map(({ plan }) => ({ tui: plan.adapter.id, model: plan.model, taskId: plan.task.id }));
  // Without cells there is nothing to draw.
  if (screen === null || cells.length === 0) {
    const { plainSweep } = await import('../reporters/live/sweep/plain-sweep.js');
    return plainSweep({ ...plain, cells });
  }
  const { mountSweep } = await import('../reporters/live/sweep/mount-sweep.js');
  return mountSweep({ ...screen, cells });
}

interface ReporterOptions {
  /** Several cells were named; they share the screen. */
  several: boolean;
  runs: readonly PlannedRun[];
  flags: CheckFlags;
  reporting: Reporting;
  io: CliIo;
  onInterrupt: () => void;
}

/** The streams and sizes that reporters need. `screen` is null where no live screen may be drawn. */
async function outputsOf({ flags, reporting, io, onInterrupt }: ReporterOptions) {
  const { env, stdin } = io;
  const [stdout, stderr] = [terminalOf(io.stdout, env), terminalOf(io.stderr, env)];
  const startedMs = performance.now();
  const resultColour = colourOn(stdout, flags, env);
  const result = {
    writeResult: (text: string) => {
      if (reporting.stdout === null) sayPainted(stdout, text, resultColour);
    },
    resultWidth: stdout.columns ?? 100,
    resultColour,
  };
  const colour = colourOn(stderr, flags, env);
  const plain = {
    write: (text: string) => void sayPainted(stderr, text, colour),
    width: stderr.columns ?? 100,
    colour,
    ...result,
  };
  if (!(reporting.live === null ? wantsInk(io) : reporting.live === 'screen')) return { screen: null, plain };
  settleInkColour(env, colour);
  const now = () => performance.now() - startedMs;
  return { screen: { stdout: stderr, stdin, colour, onInterrupt, now, ...result }, plain };
}
