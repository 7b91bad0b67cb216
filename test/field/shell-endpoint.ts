import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { completionChunks, readConversation } from '../../src/endpoint/demo-chat.js';
import type { DemoModel } from '../../src/endpoint/demo-model.js';
import { assignRoles, fillArguments } from '../../src/endpoint/tool-roles.js';

/** An endpoint whose model has one wish: that its agent's shell tool runs `command`. All else goes to `model`. */
export async function startShellEndpoint(model: DemoModel, command: string) {
  let offered = false;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const chat = body.length > 0 ? JSON.parse(body.toString()) : null;
    if (!request.url?.endsWith('/chat/completions') || chat === null || body.includes('look_up_word')) {
      const answer = await fetch(`${model.baseUrl}${(request.url ?? '').replace('/v1', '')}`, {
        method: request.method ?? 'GET',
        headers: { authorization: `Bearer ${model.key}`, 'content-type': 'application/json' },
        ...(body.length > 0 && { body }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      return response.end(await answer.text());
    }
    const { shell } = assignRoles(readConversation(chat).tools);
    if (shell !== null) offered = true;
    const move =
      shell === null
        ? { kind: 'say' as const, text: 'I have no shell.' }
        : {
            kind: 'call' as const,
            words: '',
            tool: shell.name,
            arguments: fillArguments(shell, { command }),
          };
    const head = { id: `shell${Date.now()}`, model: model.model, created: Math.floor(Date.now() / 1000) };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of completionChunks(move, head, { promptTokens: 100, completionTokens: 10 }))
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** The agent has a shell tool by which to run it. */
    offered: () => offered,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
