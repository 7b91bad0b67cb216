import type { Load, LoadResult, Usage } from './load.js';
import { startProgram } from './program.js';

export type LoadOptions = Omit<Load, 'baseUrl' | 'token'>;

/** An upstream, a meter before it, and a client, in a process each. */
export interface MeterBench {
  direct(load: LoadOptions): Promise<LoadResult>;
  metered(load: LoadOptions): Promise<LoadResult>;
  meterUsage(): Promise<Usage>;
}

const TOKEN = 'cab-bench-token';

/** Lends the three processes to `work` and ends them after it. */
export async function withMeter<T>(work: (bench: MeterBench) => Promise<T>): Promise<T> {
  const upstream = await startProgram<{ baseUrl: string }>('upstream');
  const meter = await startProgram<{ baseUrl: string }>('meter', { ...upstream.ready, token: TOKEN });
  const client = await startProgram('client');
  const run = (baseUrl: string) => (load: LoadOptions) =>
    client.ask<LoadResult>({ ...load, baseUrl, token: TOKEN } satisfies Load);
  try {
    return await work({
      direct: run(upstream.ready.baseUrl),
      metered: run(meter.ready.baseUrl),
      meterUsage: () => meter.ask<Usage>(null),
    });
  } finally {
    await Promise.all([client.end(), meter.end(), upstream.end()]);
  }
}
