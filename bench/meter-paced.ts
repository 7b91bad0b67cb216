import type { Figure, Row } from './figure.js';
import { type LoadOptions, type MeterBench, withMeter } from './metered.js';
import { interleaved, median, quantile } from './statistics.js';

const ROUNDS = 5;
const MANY_PACE_MS = 10;
const ONE: LoadOptions = {
  streams: 1,
  requestsPerStream: 60,
  staggerMs: 0,
  stallMs: 0,
  asksForUsage: false,
  answer: { chunks: 6, pace: 5, contentBytes: 20 },
};
const MANY: LoadOptions = {
  ...ONE,
  streams: 32,
  requestsPerStream: 3,
  // Agents do not ask in step.
  staggerMs: 37,
  answer: { chunks: 120, pace: MANY_PACE_MS, contentBytes: 20 },
};

/** What the meter adds while models answer at their own pace, and what it takes of a core. */
export const meterPaced: Figure = {
  id: 'meter-paced',
  needsBuild: false,
  measure: () =>
    withMeter(async (bench) => {
      const rows: Row[] = [];
      for (const load of [ONE, MANY]) {
        await bench.metered(load);
        rows.push(...(await addedLatency(bench, load)));
      }
      return rows;
    }),
};

async function addedLatency(bench: MeterBench, load: LoadOptions): Promise<Row[]> {
  const coreShares: number[] = [];
  const { first: direct, second: metered } = await interleaved(
    ROUNDS,
    () => bench.direct(load),
    async () => {
      const before = await bench.meterUsage();
      const result = await bench.metered(load);
      const after = await bench.meterUsage();
      coreShares.push(((after.cpuMs - before.cpuMs) / result.elapsedMs) * 100);
      return result;
    },
  );
  const quantiles = (results: typeof direct, q: number) =>
    results.map(({ firstByteMs }) => quantile(firstByteMs, q));
  const added = (q: number) => {
    const without = quantiles(direct, q);
    return median(quantiles(metered, q).map((ms, round) => ms - (without[round] ?? Number.NaN)));
  };
  const streams = `${load.streams} paced stream${load.streams === 1 ? '' : 's'}`;
  const reference = (q: number) => `direct: ${median(quantiles(direct, q)).toFixed(2)} ms`;
  const rows: Row[] = [
    {
      name: `time to first byte added, p50, ${streams}`,
      value: added(0.5),
      unit: 'ms',
      budget: { atMost: 0.5 },
      reference: reference(0.5),
    },
    {
      name: `time to first byte added, p99, ${streams}`,
      value: added(0.99),
      unit: 'ms',
      budget: { atMost: 5 },
      reference: reference(0.99),
    },
  ];
  if (load.streams > 1) {
    rows.push({
      name: `share of a core, ${streams}`,
      value: median(coreShares),
      unit: '%',
      budget: { atMost: 8 },
      reference: `${(1000 / MANY_PACE_MS) * load.streams} chunks/s`,
    });
  }
  return rows;
}
