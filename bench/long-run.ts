import { fakeAgent } from '../test/e2e/fake-agent.js';
import type { Benchmark } from './benchmark.js';
import { withCleanHome } from './clean-home.js';
import { measureCheck } from './measured-check.js';
import { startProgram } from './program.js';

const SHORT = 20;
const LONG = 600;

/** Peak memory of a long run compared with a short one. The agent calls the model and prints a line repeatedly. */
export const longRun: Benchmark = {
  id: 'long-run',
  needsBuild: true,
  async measure() {
    const upstream = await startProgram<{ baseUrl: string }>('upstream');
    const peakMB = (calls: number) =>
      withCleanHome(async ({ dir, env }) => {
        const agent = fakeAgent(
          dir,
          `for (let call = 0; call < ${calls}; call++) { await ask(); say('a line of the agent '.repeat(20)); }`,
        );
        const args = ['--endpoint', upstream.ready.baseUrl, '--model', 'bench', '--agent-bin', agent];
        const measured = await measureCheck(args, 1, { dir, env });
        if (measured.calls < calls) throw new Error(`${measured.calls} calls were recorded, not ${calls}`);
        return measured.peakMB;
      });
    try {
      const short = await peakMB(SHORT);
      const long = await peakMB(LONG);
      const reference = `${SHORT} calls: ${short.toFixed(0)} MB; ${LONG} calls: ${long.toFixed(0)} MB`;
      return [
        { name: 'peak memory, a long run', value: long, unit: 'MB', budget: { atMost: 150 }, reference },
        {
          name: 'peak memory, a long run against a short one',
          value: long / short,
          unit: '×',
          budget: { atMost: 1.25 },
          reference,
        },
      ];
    } finally {
      await upstream.end();
    }
  },
};
