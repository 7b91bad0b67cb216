import type { Benchmark, Measurement } from './benchmark.js';
import { type LoadOptions, type Routes, withRoutes } from './routes.js';
import { inTurns, median } from './statistics.js';

const ROUNDS = 7;
const FULL_SPEED: LoadOptions = {
  streams: 32,
  requestsPerStream: 12,
  staggerMs: 0,
  stallMs: 0,
  asksForUsage: true,
  answer: { chunks: 500, pace: 'one per turn', contentBytes: 20 },
};

/** Throughput at full speed: 32 streams, each with answers of 500 chunks. */
export const meterThroughput: Benchmark = {
  id: 'meter-throughput',
  needsBuild: false,
  measure: () =>
    withRoutes(async (routes) => [
      await throughput(routes, FULL_SPEED, 'the agent asks for usage'),
      await throughput(routes, { ...FULL_SPEED, asksForUsage: false }, 'the meter asks'),
    ]),
};

async function throughput(routes: Routes, load: LoadOptions, variant: string): Promise<Measurement> {
  const chunks = load.streams * load.requestsPerStream * load.answer.chunks;
  const perSecond = (route: keyof Routes) => async () =>
    chunks / ((await routes[route].run(load)).elapsedMs / 1000);
  for (const route of ['direct', 'metered', 'bare'] as const) await routes[route].run(load);
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
