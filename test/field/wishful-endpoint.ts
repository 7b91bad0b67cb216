import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { completion, completionChunks, readConversation } from '../../src/endpoint/demo/chat.js';
import type { DemoModel } from '../../src/endpoint/demo/model.js';
import type { Conversation, ScriptedReply } from '../../src/endpoint/demo/scenario.js';

/** What a model wants in a conversation; null when it has nothing of its own to say. */
export type Wish = (conversation: Conversation) => ScriptedReply | null;

export interface WishfulEndpoint {
  url: string;
  /** Bodies of the agent's requests so far. Preflight's own calls are none of them. */
  requests(): readonly string[];
  close(): void;
}

/** An endpoint whose model has one wish. Where it has none, and when preflight asks, `model` answers. */
export async function startWishfulEndpoint(model: DemoModel, wish: Wish): Promise<WishfulEndpoint> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const isAsked = request.url?.endsWith('/chat/completions') && !body.includes('look_up_word');
    const chat = isAsked ? JSON.parse(body.toString()) : null;
    if (isAsked) requests.push(body.toString());
    const move = chat === null ? null : wish(readConversation(chat));
    if (move === null) {
      const answer = await fetch(`${model.baseUrl}${(request.url ?? '').replace('/v1', '')}`, {
        method: request.method ?? 'GET',
        headers: { authorization: `Bearer ${model.key}`, 'content-type': 'application/json' },
        ...(body.length > 0 && { body }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      return response.end(await answer.text());
    }
    const head = { id: `wish${Date.now()}`, model: model.model, created: Math.floor(Date.now() / 1000) };
    const usage = { promptTokens: 100, completionTokens: 10 };
    if (chat.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(completion(move, head, usage)));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of completionChunks(move, head, usage))
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: () => requests,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
