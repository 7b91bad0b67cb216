import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { AnswerShape } from '../load.js';
import { serve } from './serve.js';

/* A model server with minimal cost: it sends chunks that are ready-made. */

const head = {
  id: 'chatcmpl-bench',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'bench',
};
const event = (fields: object) => Buffer.from(`data: ${JSON.stringify({ ...head, ...fields })}\n\n`);
const choice = (delta: object, finish_reason: string | null) => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const LAST = [
  event(choice({}, 'stop')),
  event({ choices: [], usage: { prompt_tokens: 1200, completion_tokens: 500, total_tokens: 1700 } }),
  Buffer.from('data: [DONE]\n\n'),
];

const chunks = new Map<number, Buffer>();
function chunkOf(contentBytes: number): Buffer {
  let chunk = chunks.get(contentBytes);
  if (chunk === undefined) {
    chunk = event(choice({ content: 'word '.repeat(contentBytes / 5) }, null));
    chunks.set(contentBytes, chunk);
  }
  return chunk;
}

const SHORT_ANSWER: AnswerShape = { chunks: 20, pace: 'all at once', contentBytes: 20 };

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":"bench"}]}');
    return;
  }
  const { bench = SHORT_ANSWER }: { bench?: AnswerShape } = JSON.parse(await text(request));
  const chunk = chunkOf(bench.contentBytes);
  const closed = once(response, 'close');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let sent = 0; sent < bench.chunks && !response.destroyed; sent++) {
    if (typeof bench.pace === 'number' && sent > 0) await sleep(bench.pace);
    if (bench.pace === 'one per turn') await nextTurn();
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), closed]);
  }
  for (const last of LAST) response.write(last);
  response.end();
}

const server = createServer(answer).listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  serve({ baseUrl: `http://127.0.0.1:${port}/v1` }, async () => null);
});
