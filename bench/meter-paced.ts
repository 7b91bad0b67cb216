import type { Benchmark, Measurement } from './benchmark.js';
import type { LoadResult } from './load.js';
import { type LoadOptions, type Route, type Routes, withRoutes } from './routes.js';
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
  // Agents do not send their requests at the same time.
  staggerMs: 37,
  answer: { chunks: 120, pace: MANY_PACE_MS, contentBytes: 20 },
};

/** Latency that the meter adds, and CPU time that it takes, while models answer at their usual speed. */
export const meterPaced: Benchmark = {
  id: 'meter-paced',
  needsBuild: false,
  measure: () =>
    withRoutes(async (routes) => [...(await addedBy(routes, ONE)), ...(await addedBy(routes, MANY))]),
};

interface RouteResult extends LoadResult {
  corePercent: number;
}

async function measureRoute({ run, usage }: Route, load: LoadOptions): Promise<RouteResult> {
  const before = await usage();
  const result = await run(load);
  const after = await usage();
  return { ...result, corePercent: ((after.cpuMs - before.cpuMs) / result.elapsedMs) * 100 };
}

async function addedBy(routes: Routes, load: LoadOptions): Promise<Measurement[]> {
  await routes.metered.run(load);
  await routes.bare.run(load);
  const { direct, metered, bare } = await inTurns(ROUNDS, {
    direct: () => measureRoute(routes.direct, load),
    metered: () => measureRoute(routes.metered, load),
    bare: () => measureRoute(routes.bare, load),
  });
  const addedMs = (routeResults: RouteResult[], q: number) => {
    const without = direct.map(({ firstByteMs }) => quantile(firstByteMs, q));
    return median(
      routeResults.map(({ firstByteMs }, round) => quantile(firstByteMs, q) - (without[round] ?? Number.NaN)),
    );
  };
  const core = (routeResults: RouteResult[]) => median(routeResults.map(({ corePercent }) => corePercent));
  const streams = `${load.streams} paced stream${load.streams === 1 ? '' : 's'}`;
  const firstByte = (label: string, q: number, atMost: number): Measurement => ({
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
