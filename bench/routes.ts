import type { Load, LoadResult, Usage } from './load.js';
import { startProgram } from './program.js';

export type LoadOptions = Omit<Load, 'baseUrl' | 'token'>;

/** A route from the client to the upstream. */
export interface Route {
  run(load: LoadOptions): Promise<LoadResult>;
  /** CPU time and memory of the proxy process; zeros on the direct route. */
  usage(): Promise<Usage>;
}

/** Directly, through the meter, and through a minimal proxy. */
export type Routes = Record<'direct' | 'metered' | 'bare', Route>;

const TOKEN = 'cab-bench-token';

/** Starts an upstream, both proxies and a client, each in its own process. Runs `work`, and ends the processes. */
export async function withRoutes<T>(work: (routes: Routes) => Promise<T>): Promise<T> {
  const upstream = await startProgram<{ baseUrl: string }>('upstream');
  const options = { ...upstream.ready, token: TOKEN };
  const meter = await startProgram<{ baseUrl: string }>('meter', options);
  const bareProxy = await startProgram<{ baseUrl: string }>('bare-proxy', options);
  const client = await startProgram('client');
  const route = ({ ready, ask }: typeof meter, usage = () => ask<Usage>(null)): Route => ({
    run: (load) => client.ask<LoadResult>({ ...load, ...ready, token: TOKEN } satisfies Load),
    usage,
  });
  try {
    return await work({
      direct: route(upstream, async () => ({ cpuMs: 0, peakMB: 0 })),
      metered: route(meter),
      bare: route(bareProxy),
    });
  } finally {
    await Promise.all([client, meter, bareProxy, upstream].map((program) => program.end()));
  }
}
