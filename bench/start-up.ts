import type { Benchmark, Measurement } from './benchmark.js';
import { BIN, onTerminal, withCleanHome } from './clean-home.js';
import { runCommand } from './run-command.js';
import { inTurns, quantile } from './statistics.js';

const ROUNDS = 25;
const NOTHING = [process.execPath, '-e', '0'];

/** Other load on the machine only adds time, so the fast starts are the most accurate. */
const undisturbed = (elapsedMs: readonly number[]) => quantile(elapsedMs, 0.1);

/** Time to the first output, compared with a Node that does nothing. */
export const startUp: Benchmark = {
  id: 'start-up',
  needsBuild: true,
  measure: () =>
    withCleanHome(async ({ env }) => {
      const compared = async (
        name: string,
        atMost: number,
        command: string[],
        until?: RegExp,
      ): Promise<Measurement> => {
        const { nothing, ours } = await inTurns(ROUNDS, {
          nothing: async () => (await runCommand(NOTHING, { env })).elapsedMs,
          ours: async () => (await runCommand(command, { env }, until)).elapsedMs,
        });
        return {
          name,
          value: undisturbed(ours) / undisturbed(nothing),
          unit: '×',
          budget: { atMost },
          reference: `node -e 0: ${undisturbed(nothing).toFixed(0)} ms`,
        };
      };
      const ours = (...args: string[]) => [process.execPath, BIN, ...args];
      // Nothing listens on port 1, so the run ends after its first frames.
      const check = ours('check', '--endpoint', 'http://127.0.0.1:1/v1', '--model', 'm');
      return [
        await compared('--version', 1.6, ours('--version')),
        await compared('--help', 1.6, ours('--help')),
        await compared('first frame of check', 5, onTerminal(check), /preflight/),
      ];
    }),
};
