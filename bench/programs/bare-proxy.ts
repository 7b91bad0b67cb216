import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import Agent from 'undici/lib/dispatcher/agent.js';
import { ownUsage, serve, startOptions } from './serve.js';

/* A minimal proxy. The difference between it and the meter is the cost of the meter. */

const { origin } = new URL(startOptions<{ baseUrl: string }>().baseUrl);
const agent = new Agent({ bodyTimeout: 0, headersTimeout: 0 });

const server = createServer(async (request, response) => {
  const body = await buffer(request);
  const headers = { 'content-type': 'application/json' };
  agent.dispatch(
    { origin, path: request.url ?? '/', method: 'POST', headers, body },
    {
      onRequestStart: () => {},
      onResponseStart: (_, status) => response.writeHead(status, { 'content-type': 'text/event-stream' }),
      onResponseData: (_, chunk) => response.write(chunk),
      onResponseEnd: () => response.end(),
      onResponseError: (_, error) => response.destroy(error),
    },
  );
}).listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  serve({ baseUrl: `http://127.0.0.1:${port}/v1` }, async () => ownUsage());
});
