import type { Benchmark } from './benchmark.js';
import { type LoadOptions, withRoutes } from './routes.js';
import { inTurns, median } from './statistics.js';

const ROUNDS = 3;
const KB = 1024;

/** One answer of this many megabytes, to a client that pauses reading for a while. */
function answerOf(megabytes: number): LoadOptions {
  const contentBytes = 16 * KB;
  return {
    streams: 1,
    requestsPerStream: 1,
    staggerMs: 0,
    stallMs: 500,
    asksForUsage: false,
    answer: { chunks: (megabytes * KB * KB) / contentBytes, pace: 'all at once', contentBytes },
  };
}

/** Peak memory of the meter after one large answer, compared with an answer of a tenth of its size. */
export const meterMemory: Benchmark = {
  id: 'meter-memory',
  needsBuild: false,
  async measure() {
    const peakMB = (megabytes: number) =>
      withRoutes(async ({ metered }) => {
        await metered.run(answerOf(megabytes));
        return (await metered.usage()).peakMB;
      });
    const { small, large } = await inTurns(ROUNDS, {
      small: () => peakMB(20),
      large: () => peakMB(200),
    });
    return [
      {
        name: 'meter memory, 200 MB answer against 20 MB',
        value: median(large) / median(small),
        unit: '×',
        budget: { atMost: 1.15 },
        reference: `${median(small).toFixed(0)} MB → ${median(large).toFixed(0)} MB`,
      },
    ];
  },
};
