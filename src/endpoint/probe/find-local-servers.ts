import { directDispatcher } from '../meter/exchange.js';
import { listModels } from './list-models.js';
import { probeServer, serverPages, serverVersion } from './probe-server.js';
import { SERVERS } from './servers.js';

/** A server on this machine. */
export interface LocalServer {
  baseUrl: string;
  /** Null for an unknown server. */
  server: { id: string; name: string; version: string | null } | null;
  /** Null: the list needs a key. */
  models: string[] | null;
}

export interface LocalSearch {
  /** @default the default ports of the known servers */
  ports?: readonly number[];
  signal?: AbortSignal | undefined;
}

/** A local server answers at once; another program on the port may never answer. */
const TIMEOUT_MS = 2_000;

/**
 * Finds servers on 127.0.0.1 that list models, and known servers that need a key. Sends no key.
 *
 * @throws only the reason of `signal`
 */
export async function findLocalServers({
  ports = defaultPorts(),
  signal,
}: LocalSearch): Promise<LocalServer[]> {
  const servers = await Promise.all(ports.map((port) => probePort(`http://127.0.0.1:${port}/v1`, signal)));
  return servers.filter((server) => server !== null);
}

function defaultPorts(): number[] {
  return [...new Set(SERVERS.flatMap(({ ports }) => ports))];
}

async function probePort(baseUrl: string, signal: AbortSignal | undefined): Promise<LocalServer | null> {
  const endpoint = { baseUrl, key: null };
  const deadline = { timeoutMs: TIMEOUT_MS, signal };
  const list = await listModels(endpoint, deadline);
  if (list.kind === 'failed' && list.cause !== 'auth') return null;
  const dispatcher = directDispatcher();
  try {
    const pages = serverPages({ ...endpoint, ...deadline, dispatcher });
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
