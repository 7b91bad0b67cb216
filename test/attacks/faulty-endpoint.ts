import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { DemoModel } from '../../src/endpoint/demo/model.js';

/** Writes a faulty answer, made from the good one. */
export type Fault = (response: ServerResponse, good: string) => void;

const SSE = { 'content-type': 'text/event-stream' };
const status =
  (code: number, message: string, headers: Record<string, string> = {}): Fault =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message, type: 'error', code: null } }));
  };
const stream =
  (change: (good: string) => string): Fault =>
  (response, good) => {
    response.writeHead(200, SSE);
    response.end(change(good));
  };

/** Faults by name. The test titles contain the names. */
export const FAULTS = {
  'answers 429 with retry-after': status(429, 'Rate limit reached', { 'retry-after': '1' }),
  'answers 503': status(503, 'overloaded'),
  'answers 500': status(500, 'internal error'),
  'answers 401': status(401, 'Incorrect API key provided'),
  'answers 404': status(404, 'The model does not exist'),
  'resets the connection in mid-stream': (response, good) => {
    response.writeHead(200, SSE);
    response.write(good.slice(0, good.length / 2), () => setTimeout(() => response.destroy(), 20));
  },
  hangs: () => {},
  'hangs in mid-stream': (response, good) => {
    response.writeHead(200, SSE);
    response.write(good.slice(0, good.length / 2));
  },
  'answers 403': status(403, 'This key may not use this model'),
  'answers 413': status(413, 'Request entity too large'),
  'answers with a web page': (response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Welcome</title>');
  },
  'sends broken JSON': stream((good) => good.replaceAll('"choices":[', '"choices":')),
  'sends no [DONE]': stream((good) => good.replace(/data: \[DONE\]\s*$/, '')),
  'ends lines with CRLF': stream((good) => good.replaceAll('\n', '\r\n')),
  'never reports usage': stream((good) => good.replace(/data: [^\n]*"usage":\{[^\n]*\n\n/g, '')),
  'sends one byte at a time': (response, good) => {
    response.writeHead(200, SSE);
    const bytes = Buffer.from(good);
    for (let at = 0; at < bytes.length; at++) response.write(bytes.subarray(at, at + 1));
    response.end();
  },
  'compresses unasked': (response, good) => {
    response.writeHead(200, { ...SSE, 'content-encoding': 'gzip' });
    response.end(gzipSync(good));
  },
} satisfies Record<string, Fault>;
export type FaultName = keyof typeof FAULTS;

/** A proxy for a scripted model. It applies the fault to each of the agent's calls, counted from 1, for which `when` is true. */
export async function startFaultyEndpoint(model: DemoModel, fault: Fault, when: (call: number) => boolean) {
  let calls = 0;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const answer = await fetch(`${model.baseUrl}${(request.url ?? '').replace('/v1', '')}`, {
      method: request.method ?? 'GET',
      headers: { authorization: `Bearer ${model.key}`, 'content-type': 'application/json' },
      ...(body.length > 0 && { body }),
    });
    const good = await answer.text();
    const probe = body.includes('look_up_word');
    if (!probe && request.method === 'POST' && when(++calls)) return fault(response, good);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(good);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
