import type { Figure, Row } from './figure.js';
import { type LoadOptions, type MeterBench, withMeter } from './metered.js';
import { interleaved, median } from './statistics.js';

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
    withMeter(async (bench) => [
      await throughput(bench, FLAT_OUT, 'the agent asks for usage'),
      await throughput(bench, { ...FLAT_OUT, asksForUsage: false }, 'the meter asks'),
    ]),
};

async function throughput(bench: MeterBench, load: LoadOptions, variant: string): Promise<Row> {
  const chunks = load.streams * load.requestsPerStream * load.answer.chunks;
  const perSecond = (result: { elapsedMs: number }) => chunks / (result.elapsedMs / 1000);
  await bench.metered(load);
  await bench.direct(load);
  const { first: direct, second: metered } = await interleaved(
    ROUNDS,
    () => bench.direct(load).then(perSecond),
    () => bench.metered(load).then(perSecond),
  );
  const ratios = metered.map((rate, round) => rate / (direct[round] ?? Number.NaN));
  return {
    name: `throughput flat out, ${load.streams} streams, ${variant}`,
    value: median(ratios) * 100,
    unit: '%',
    budget: { atLeast: 85 },
    reference: `direct: ${Math.round(median(direct) / 1000)} k chunks/s`,
  };
}
