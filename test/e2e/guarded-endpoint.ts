import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type DemoModel, startDemoModel } from '../../src/endpoint/demo/model.js';

/** What the endpoint itself wrote down of a call. */
export interface LoggedCall {
  body: Record<string, unknown>;
  promptTokens: number;
  completionTokens: number;
}

/** A user's own endpoint: it takes one key, keeps its own books, and has a scripted model behind it. */
export async function startGuardedEndpoint(key: string) {
  const model: DemoModel = await startDemoModel({
    scenario: { name: 'no-op', workspace: '/nowhere', edits: [], finalText: 'I have nothing to add.' },
  });
  const calls: LoggedCall[] = [];
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${key}`) {
      response.writeHead(401, { 'content-type': 'application/json' });
      return response.end(
        JSON.stringify({
          error: { message: `Incorrect API key provided: ${request.headers.authorization}` },
        }),
      );
    }
    const body = await buffer(request);
    const answer = await fetch(`${model.baseUrl}${(request.url ?? '').replace('/v1', '')}`, {
      method: request.method ?? 'GET',
      headers: { authorization: `Bearer ${model.key}`, 'content-type': 'application/json' },
      ...(body.length > 0 && { body }),
    });
    if (request.url?.endsWith('/chat/completions')) {
      const { promptTokens = Number.NaN, completionTokens = Number.NaN } = model.log().at(-1) ?? {};
      calls.push({ body: JSON.parse(body.toString()), promptTokens, completionTokens });
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    model: model.model,
    /** Preflight's own calls ask for the tool of the probe. */
    agentCalls: () => calls.filter(({ body }) => !JSON.stringify(body).includes('look_up_word')),
    probeCalls: () => calls.filter(({ body }) => JSON.stringify(body).includes('look_up_word')),
    async close() {
      server.closeAllConnections();
      server.close();
      await model.close();
    },
  };
}
