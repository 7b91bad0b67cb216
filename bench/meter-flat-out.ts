import type { Figure, Row } from './figure.js';
import { type LoadOptions, type Ways, withWays } from './metered.js';
import { inTurns, median } from './statistics.js';

const ROUNDS = 7;
const FLAT_OUT: LoadOptions = {
  streams: 32,
  requestsPerStream: 12,
  staggerMs: 0,
  stallMs: 0,
  asksForUsage: true,
  answer: { chunks: 500, pace: 'one a turn', contentBytes: 20 },
};

/** Throughput when nothing waits: 32 streams of 500 chunks, again and again. */
export const meterFlatOut: Figure = {
  id: 'meter-flat-out',
  needsBuild: false,
  measure: () =>
    withWays(async (ways) => [
      await throughput(ways, FLAT_OUT, 'the agent asks for usage'),
      await throughput(ways, { ...FLAT_OUT, asksForUsage: false }, 'the meter asks'),
    ]),
};

async function throughput(ways: Ways, load: LoadOptions, variant: string): Promise<Row> {
  const chunks = load.streams * load.requestsPerStream * load.answer.chunks;
  const perSecond = (way: keyof Ways) => async () => chunks / ((await ways[way].run(load)).elapsedMs / 1000);
  for (const way of ['direct', 'metered', 'bare'] as const) await ways[way].run(load);
  const { direct, metered, bare } = await inTurns(ROUNDS, {
    direct: perSecond('direct'),
    metered: perSecond('metered'),
    bare: perSecond('bare'),
  });
  const percent = (rates: number[]) =>
    median(rates.map((rate, round) => rate / (direct[round] ?? Number.NaN))) * 100;
  return {
    name: `throughput flat out, ${load.streams} streams, ${variant}`,
    value: percent(metered),
    unit: '%',
    budget: { atLeast: 85 },
    reference: `direct: ${Math.round(median(direct) / 1000)} k chunks/s; a bare proxy: ${percent(bare).toFixed(0)} %`,
  };
}
