import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { asObject, asText, type JsonObject, parseJson } from '../json.js';
import { newBodyMemory, readBody } from '../meter/request-body.js';
import { errorBody } from '../probe/api-error.js';
import { completion, completionChunks, type DemoUsage, generatedText, readConversation } from './chat.js';
import { type DemoScenario, nextReply, type RequestKind } from './scenario.js';

export type { DemoScenario } from './scenario.js';

/** One answered request. */
export interface DemoLogEntry extends DemoUsage {
  kind: RequestKind;
  /** The tool that the model called; null for a text reply. */
  tool: string | null;
}

/** A running scripted model. It says nothing about any real model: it shows that this machine is ready. */
export interface DemoModel {
  /** Base URL of the API; ends in `/v1`. */
  baseUrl: string;
  /** The only key that it accepts. */
  key: string;
  model: string;
  log(): readonly DemoLogEntry[];
  close(): Promise<void>;
}

export interface DemoOptions {
  scenario: DemoScenario;
  /** @default `demo/` and the name of the scenario */
  model?: string;
  /** Delay between the chunks of a stream. */
  paceMs?: number;
}

/**
 * Starts an OpenAI-compatible server on a free port of 127.0.0.1; its only model follows the scenario.
 *
 * @throws the error of `listen`
 */
export async function startDemoModel(options: DemoOptions): Promise<DemoModel> {
  const { scenario, model = `demo/${scenario.name}`, paceMs = 4 } = options;
  const key = `demo-${randomBytes(16).toString('hex')}`;
  const log: DemoLogEntry[] = [];
  const closed = new AbortController();

  async function complete(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = await readBody(request, newBodyMemory()).catch(() => undefined);
    if (read === undefined) return;
    const body = typeof read === 'string' ? null : read;
    const chat = asObject(parseJson(body?.toString() ?? ''));
    if (chat === null)
      return sendError(response, 400, 'The body is not a JSON object.', 'invalid_request_error');
    if (chat.model !== model) {
      const message = `The model ${asText(chat.model) ?? '(none)'} does not exist; this server has ${model}.`;
      return sendError(response, 404, message, 'invalid_request_error', 'model_not_found');
    }
    const { kind, reply } = nextReply(scenario, readConversation(chat));
    const usage: DemoUsage = {
      promptTokens: Math.ceil((body?.length ?? 0) / 4),
      completionTokens: Math.ceil(generatedText(reply).length / 4),
    };
    log.push({ kind, tool: reply.kind === 'call' ? reply.tool : null, ...usage });
    const head = {
      id: `demo-${randomBytes(6).toString('hex')}`,
      model,
      created: Math.floor(Date.now() / 1000),
    };
    if (chat.stream !== true) return sendJson(response, 200, completion(reply, head, usage));
    const wantsUsage = asObject(chat.stream_options)?.include_usage === true;
    await stream(response, completionChunks(reply, head, wantsUsage ? usage : null));
  }

  async function stream(response: ServerResponse, chunks: readonly JsonObject[]): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    for (const chunk of chunks) {
      if (response.destroyed) return;
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      // `close` aborts the pause, which ends the stream.
      const go = await pause(paceMs, true, { signal: closed.signal }).catch(() => false);
      if (!go) return;
    }
    response.end('data: [DONE]\n\n');
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${key}`) {
      return sendError(
        response,
        401,
        'Incorrect API key provided.',
        'invalid_request_error',
        'invalid_api_key',
      );
    }
    const path = (request.url ?? '').split('?', 1)[0];
    const entry = { id: model, object: 'model', created: 0, owned_by: 'demo' };
    if (request.method === 'GET' && path === '/v1/models') {
      return sendJson(response, 200, { object: 'list', data: [entry] });
    }
    if (request.method === 'GET' && path === `/v1/models/${model}`) return sendJson(response, 200, entry);
    if (request.method === 'POST' && path === '/v1/chat/completions') return complete(request, response);
    sendError(response, 404, `No such path: ${request.method} ${path}`, 'invalid_request_error');
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    key,
    model,
    log: () => log,
    close() {
      closed.abort();
      const done = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return done;
    },
  };
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  type: string,
  code: string | null = null,
) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(errorBody(message, type, code));
}
