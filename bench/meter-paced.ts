import type { Figure, Row } from './figure.js';
import type { LoadResult } from './load.js';
import { type LoadOptions, type Way, type Ways, withWays } from './metered.js';
import { inTurns, median, quantile } from './statistics.js';

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
  measure: () => withWays(async (ways) => [...(await added(ways, ONE)), ...(await added(ways, MANY))]),
};

interface Passage extends LoadResult {
  corePercent: number;
}

async function passage({ run, usage }: Way, load: LoadOptions): Promise<Passage> {
  const before = await usage();
  const result = await run(load);
  const after = await usage();
  return { ...result, corePercent: ((after.cpuMs - before.cpuMs) / result.elapsedMs) * 100 };
}

async function added(ways: Ways, load: LoadOptions): Promise<Row[]> {
  await ways.metered.run(load);
  await ways.bare.run(load);
  const { direct, metered, bare } = await inTurns(ROUNDS, {
    direct: () => passage(ways.direct, load),
    metered: () => passage(ways.metered, load),
    bare: () => passage(ways.bare, load),
  });
  const addedMs = (passages: Passage[], q: number) => {
    const without = direct.map(({ firstByteMs }) => quantile(firstByteMs, q));
    return median(
      passages.map(({ firstByteMs }, round) => quantile(firstByteMs, q) - (without[round] ?? Number.NaN)),
    );
  };
  const core = (passages: Passage[]) => median(passages.map(({ corePercent }) => corePercent));
  const streams = `${load.streams} paced stream${load.streams === 1 ? '' : 's'}`;
  const firstByte = (label: string, q: number, atMost: number): Row => ({
    name: `time to first byte added, ${label}, ${streams}`,
    value: addedMs(metered, q),
    unit: 'ms',
    budget: { atMost },
    reference: `a bare proxy adds ${addedMs(bare, q).toFixed(2)} ms`,
  });
  const rows = [firstByte('p50', 0.5, 0.5), firstByte('p99', 0.99, 5)];
  if (load.streams > 1) {
    rows.push({
      name: `share of a core, ${streams}`,
      value: core(metered),
      unit: '%',
      budget: { atMost: 8 },
      reference: `${(1000 / MANY_PACE_MS) * load.streams} chunks/s; a bare proxy: ${core(bare).toFixed(1)} %`,
    });
  }
  return rows;
}
