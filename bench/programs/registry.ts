import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve, startOptions } from './serve.js';

/* An npm registry with a few packages and the latency of the real one. */

export interface PackedPackage {
  tarball: string;
  manifest: { name: string; version: string };
}

const LATENCY_MS = 40;
const packages = new Map(
  startOptions<PackedPackage[]>().map(({ tarball, manifest }) => {
    const bytes = readFileSync(tarball);
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    return [manifest.name, { bytes, manifest, integrity }];
  }),
);

const server = createServer(async (request, response) => {
  await sleep(LATENCY_MS);
  const path = decodeURIComponent(request.url ?? '').slice(1);
  const asked = packages.get(path.replace(/\/-\.tgz$/, ''));
  if (asked === undefined) {
    response.writeHead(404).end('{}');
    return;
  }
  const { manifest, bytes, integrity } = asked;
  if (path.endsWith('/-.tgz')) {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
    return;
  }
  const { name, version } = manifest;
  const tarball = `http://${request.headers.host}/${encodeURIComponent(name)}/-.tgz`;
  response.writeHead(200, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist: { tarball, integrity } } },
    }),
  );
}).listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  serve({ url: `http://127.0.0.1:${port}/` }, async () => null);
});
