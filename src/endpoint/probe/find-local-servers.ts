import { directDispatcher } from '../meter/exchange.js';
import { listModels } from './list-models.js';
import { probeServer, serverPages, serverVersion } from './probe-server.js';
import { SERVERS } from './servers.js';

/** A server that runs on this machine. */
export interface LocalServer {
  baseUrl: string;
  /** Null: an unknown one. */
  server: { id: string; name: string; version: string | null } | null;
  /** Null: it wants a key before it tells. */
  models: string[] | null;
}

export interface LocalSearch {
  /** @default where the known servers listen unless told otherwise */
  ports?: readonly number[];
  signal?: AbortSignal | undefined;
}

/** A server of this machine answers at once; what else listens on a port may not answer at all. */
const TIMEOUT_MS = 2_000;

/**
 * Looks on 127.0.0.1 for servers that list models, or that are known and want a key. No key is sent. Rejects only when
 * `signal` aborts.
 */
export async function findLocalServers({
  ports = usualPorts(),
  signal,
}: LocalSearch): Promise<LocalServer[]> {
  const found = await Promise.all(ports.map((port) => probePort(`http://127.0.0.1:${port}/v1`, signal)));
  return found.filter((server) => server !== null);
}

function usualPorts(): number[] {
  return [...new Set(SERVERS.flatMap(({ ports }) => ports))];
}

async function probePort(baseUrl: string, signal: AbortSignal | undefined): Promise<LocalServer | null> {
  const endpoint = { baseUrl, key: null };
  const limits = { timeoutMs: TIMEOUT_MS, signal };
  const list = await listModels(endpoint, limits);
  if (list.kind === 'failed' && list.cause !== 'auth') return null;
  const dispatcher = directDispatcher();
  try {
    const pages = serverPages({ ...endpoint, ...limits, dispatcher });
    const headers = [list.headers];
    const entries = list.kind === 'listed' ? list.entries : [];
    const server = await probeServer({ hostname: '127.0.0.1', headers, entries }, pages);
    if (server === null && list.kind === 'failed') return null;
    const known =
      server === null
        ? null
        : { id: server.id, name: server.name, version: await serverVersion(server, headers, pages) };
    return { baseUrl, server: known, models: list.kind === 'listed' ? list.models : null };
  } finally {
    await dispatcher.destroy();
  }
}
