import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request that the upstream received. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface ScriptedUpstream {
  /** With `/v1`. */
  baseUrl: string;
  received: Received[];
  /** Number of connections that the other side closed before the answer ended. */
  hangUps(): number;
}

/** An endpoint with the answers of a test. It is closed when the test ends. */
export async function scriptedUpstream(
  answer: (response: ServerResponse, request: Received) => void,
): Promise<ScriptedUpstream> {
  const received: Received[] = [];
  let hangUps = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const got: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    received.push(got);
    response.on('close', () => {
      if (!response.writableFinished) hangUps++;
    });
    answer(response, got);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, received, hangUps: () => hangUps };
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function sendStream(response: ServerResponse, text: string | Buffer): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(text);
}

/** The text of a stream with these chunks. */
export function sse(...chunks: unknown[]): string {
  return chunks
    .map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`)
    .join('');
}

export const delta = (fields: object, finish: string | null = null) => ({
  id: 'c1',
  model: 'served-1',
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});

export const usageChunk = (prompt: number, completion: number) => ({
  id: 'c1',
  model: 'served-1',
  choices: [],
  usage: {
    prompt_tokens: prompt,
    completion_tokens: completion,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 2 },
  },
});
