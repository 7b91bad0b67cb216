import type { Load, LoadResult, Usage } from './load.js';
import { startProgram } from './program.js';

export type LoadOptions = Omit<Load, 'baseUrl' | 'token'>;

/** A way from the client to the upstream. */
export interface Way {
  run(load: LoadOptions): Promise<LoadResult>;
  /** Of the process in between; nothing where there is none. */
  usage(): Promise<Usage>;
}

/** Without anything in between, through the meter, and through the least of a proxy. */
export type Ways = Record<'direct' | 'metered' | 'bare', Way>;

const TOKEN = 'cab-bench-token';

/** Lends `work` an upstream, what stands before it and a client, in a process each, and ends them after it. */
export async function withWays<T>(work: (ways: Ways) => Promise<T>): Promise<T> {
  const upstream = await startProgram<{ baseUrl: string }>('upstream');
  const options = { ...upstream.ready, token: TOKEN };
  const meter = await startProgram<{ baseUrl: string }>('meter', options);
  const bareProxy = await startProgram<{ baseUrl: string }>('bare-proxy', options);
  const client = await startProgram('client');
  const way = ({ ready, ask }: typeof meter, usage = () => ask<Usage>(null)): Way => ({
    run: (load) => client.ask<LoadResult>({ ...load, ...ready, token: TOKEN } satisfies Load),
    usage,
  });
  try {
    return await work({
      direct: way(upstream, async () => ({ cpuMs: 0, peakMB: 0 })),
      metered: way(meter),
      bare: way(bareProxy),
    });
  } finally {
    await Promise.all([client, meter, bareProxy, upstream].map((program) => program.end()));
  }
}
