import type { Figure, Row } from './figure.js';
import { runCommand } from './run-command.js';
import { inTurns, quantile } from './statistics.js';
import { BIN, onTerminal, withVisitor } from './visitor.js';

const ROUNDS = 25;
const NOTHING = [process.execPath, '-e', '0'];

/** Whatever else the machine does only adds to a start: the quick ones tell most. */
const undisturbed = (elapsedMs: readonly number[]) => quantile(elapsedMs, 0.1);

/** How long the program takes to say its first word, against a Node that does nothing. */
export const startUp: Figure = {
  id: 'start-up',
  needsBuild: true,
  measure: () =>
    withVisitor(async ({ env }) => {
      const against = async (
        name: string,
        atMost: number,
        command: string[],
        until?: RegExp,
      ): Promise<Row> => {
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
      // Nothing listens on port 1: the run ends by itself after its first frames.
      const check = ours('check', '--endpoint', 'http://127.0.0.1:1/v1', '--model', 'm');
      return [
        await against('--version', 1.6, ours('--version')),
        await against('--help', 1.6, ours('--help')),
        await against('first frame of check', 5, onTerminal(check), /preflight/),
      ];
    }),
};
