import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startDemoModel } from '../../src/endpoint/demo/model.js';

/** One call of the agent's; the probe's are answered as they should be. */
export interface ScriptedCall {
  /** From 1. */
  n: number;
  body: { tools?: unknown[]; messages: Array<{ role: string }> };
  response: ServerResponse;
}

const SSE = { 'content-type': 'text/event-stream' };

/** An endpoint that passes the probe and then answers each call of the agent as `answer` says; true: the model reads a file or goes on with it. */
export async function startScriptedEndpoint(answer: (call: ScriptedCall) => boolean) {
  const model = await startDemoModel({
    scenario: {
      name: 'oracle',
      workspace: '/nowhere',
      edits: Array.from({ length: 50 }, (_, n) => ({ path: `none-${n}.js`, before: 'a\n', after: 'b\n' })),
      finalText: 'I could not find it.',
    },
  });
  let calls = 0;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const agents = request.method === 'POST' && !body.includes('look_up_word');
    if (agents && !answer({ n: ++calls, body: JSON.parse(body.toString()), response })) return;
    const good = await fetch(`${model.baseUrl}${(request.url ?? '').replace('/v1', '')}`, {
      method: request.method ?? 'GET',
      headers: { authorization: `Bearer ${model.key}`, 'content-type': 'application/json' },
      ...(body.length > 0 && { body }),
    });
    response.writeHead(good.status, { 'content-type': good.headers.get('content-type') ?? '' });
    response.end(await good.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    model: model.model,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await model.close();
    },
  };
}

/** Answers with a status and a body; what is no text becomes JSON. */
export function refuse(response: ServerResponse, status: number, body: unknown): false {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
  });
  response.end(text);
  return false;
}

/** Begins a streamed answer of words; the caller goes on writing. */
export function beginStream(response: ServerResponse): (content: string) => boolean {
  response.writeHead(200, SSE);
  return (content) => response.write(chunk({ content }));
}

/** One whole streamed answer that holds just this delta. */
export function streamOnce(response: ServerResponse, delta: object, finish = 'stop'): false {
  response.writeHead(200, SSE);
  response.end(`${chunk(delta)}${chunk({}, finish)}data: [DONE]\n\n`);
  return false;
}

function chunk(delta: object, finish_reason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason }];
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'm', choices })}\n\n`;
}
