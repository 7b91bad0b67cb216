import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type DemoModel, startDemoModel } from '../../src/endpoint/demo/model.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const SLOW_MS = 1_000;
const SSE_TYPE = { 'content-type': 'text/event-stream' };

/** Ways in which an endpoint may send back the key, by the phrase with which the agent requests them. */
export const ECHOES: Readonly<Record<string, (response: ServerResponse, key: string) => void>> = {
  'in an error body': (response, key) => {
    response.writeHead(401, JSON_TYPE);
    response.end(
      JSON.stringify({ error: { message: `Incorrect API key provided: ${key}`, code: key, type: key } }),
    );
  },
  'in a page': (response, key) => {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end(`<html><body>Bad gateway for Bearer ${key}</body></html>`);
  },
  'in headers and a redirect': (response, key) => {
    response.writeHead(302, {
      location: `http://127.0.0.1:9/?key=${key}`,
      'x-key': key,
      'set-cookie': `k=${key}`,
    });
    response.end();
  },
  'in an answer, a byte at a time': (response, key) => {
    response.writeHead(200, SSE_TYPE);
    const bytes = Buffer.from(
      `${chunk({ content: `your key: ${key}` })}${chunk({}, 'stop')}data: [DONE]\n\n`,
    );
    for (let at = 0; at < bytes.length; at++) response.write(bytes.subarray(at, at + 1));
    response.end();
  },
  'in an answer, escaped and compressed': (response, key) => {
    response.writeHead(200, { ...SSE_TYPE, 'content-encoding': 'gzip' });
    response.end(
      gzipSync(
        `${chunk({ content: encodeURIComponent(key) })}${chunk({ content: key.replaceAll('/', '\\/') }, 'stop')}`,
      ),
    );
  },
  'as the name of the model and of a tool': (response, key) => {
    response.writeHead(200, SSE_TYPE);
    const call = {
      index: 0,
      id: key,
      type: 'function',
      function: { name: key, arguments: JSON.stringify({ key }) },
    };
    response.end(`${chunk({ tool_calls: [call] }, 'tool_calls', key)}data: [DONE]\n\n`);
  },
  'in an error within the stream': (response, key) => {
    response.writeHead(200, SSE_TYPE);
    response.end(
      `data: ${JSON.stringify({ error: { message: `quota of ${key} exceeded`, code: 429 } })}\n\n`,
    );
  },
};

function chunk(delta: object, finish_reason: string | null = null, model = 'echo'): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}

/** An endpoint that passes preflight, then sends back the key in the requested way. It logs all requests. */
export async function startHostileEndpoint({ models }: { models?: (key: string) => unknown } = {}) {
  const model: DemoModel = await startDemoModel({
    scenario: { name: 'no-op', workspace: '/nowhere', edits: [], finalText: 'Nothing to add.' },
  });
  const received: Array<{ method: string; url: string; host: string }> = [];
  const server = createServer(async (request, response) => {
    const { method = '' } = request;
    const url = (request.url ?? '').replace('/slow', '');
    if (url !== request.url) await delay(SLOW_MS);
    received.push({ method, url, host: request.headers.host ?? '' });
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const echo = Object.entries(ECHOES).find(([name]) => body.includes(`echo ${name}`))?.[1];
    if (echo) return echo(response, key);
    if (models && url.endsWith('/models')) {
      response.writeHead(200, JSON_TYPE);
      return response.end(JSON.stringify(models(key)));
    }
    const answer = await fetch(`${model.baseUrl}${url.replace('/v1', '')}`, {
      method,
      headers: { authorization: `Bearer ${model.key}`, 'content-type': 'application/json' },
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    /** The same endpoint with slow answers. */
    slowUrl: `http://127.0.0.1:${port}/slow/v1`,
    port,
    model: model.model,
    received,
    async close() {
      server.closeAllConnections();
      server.close();
      await model.close();
    },
  };
}
