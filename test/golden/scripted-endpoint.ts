import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One answer of the scripted endpoint, as data. */
export type Answer =
  | { say: string }
  /** One tool call; `args` is sent as it stands when it is text, so that it can be malformed. */
  | { call: string; args: Record<string, string> | string; reasoning?: string }
  /** A complete answer without text and without a call. */
  | { empty: true; reasoning?: string }
  | { status: number; message: string; code?: string; type?: string; headers?: Record<string, string> }
  /** A status of 200 whose stream holds an error. */
  | { errorInside: string }
  | { webPage: true }
  /** The connection is reset: before the answer begins, or in the middle of it. */
  | { reset: 'before' | 'midway' }
  /** Nothing more comes: from the beginning, or from the middle on. */
  | { hang: 'before' | 'midway' };

export interface Script {
  /** One for each request of the agent that offers tools; the last is given again. */
  main: readonly Answer[];
  /** For its requests that offer none, such as a title. @default a few words */
  other?: Answer;
  /** For the questions of preflight. @default a tool round trip that works */
  probe?: Answer;
}

export const MODEL = 'scripted-1';
const STREAM = { 'content-type': 'text/event-stream' };
const USAGE = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };

interface ChatRequest {
  messages?: Array<{ role: string }>;
  tools?: Array<{ function: { name: string } }>;
  stream?: boolean;
}

export interface ScriptedEndpoint {
  url: string;
  /** How many requests that offer tools the agent has made. */
  mainCalls(): number;
  close(): void;
}

/** An OpenAI-compatible endpoint that follows a script to the letter: the same requests get the same bytes. */
export async function startScriptedEndpoint({
  main,
  other = { say: 'A few words' },
  probe,
}: Script): Promise<ScriptedEndpoint> {
  let mainCalls = 0;

  const answerTo = (request: ChatRequest): Answer => {
    const tools = request.tools?.map((tool) => tool.function.name) ?? [];
    if (tools.includes('look_up_word')) return probe ?? roundTrip(request);
    if (tools.length === 0) return other;
    const answer = main[Math.min(mainCalls++, main.length - 1)];
    if (!answer) throw new Error('the script has no answer');
    return answer;
  };

  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.method === 'GET' && request.url === '/v1/models') {
      return sendJson(response, 200, { object: 'list', data: [{ id: MODEL, object: 'model' }] });
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      return sendJson(response, 404, { error: { message: 'no such path' } });
    }
    send(response, answerTo(JSON.parse(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    mainCalls: () => mainCalls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What a good model answers to preflight: the call that it asks for, then the word that the tool gave. */
function roundTrip({ messages = [] }: ChatRequest): Answer {
  return messages.some(({ role }) => role === 'tool')
    ? { say: 'heliotrope' }
    : { call: 'look_up_word', args: '{"number":7}' };
}

function send(response: ServerResponse, answer: Answer): void {
  if ('status' in answer) {
    const { status, message, code = null, type = 'error', headers = {} } = answer;
    sendJson(response, status, { error: { message, type, code } }, headers);
  } else if ('webPage' in answer) {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Welcome</title>');
  } else if ('reset' in answer) {
    if (answer.reset === 'before') response.destroy();
    // Later than the bytes before it, so that the reader has seen them.
    else begin(response, () => setTimeout(() => response.destroy(), 100));
  } else if ('hang' in answer) {
    if (answer.hang === 'midway') begin(response, () => {});
  } else if ('errorInside' in answer) {
    response.writeHead(200, STREAM);
    response.end(sse([{ error: { message: answer.errorInside, type: 'server_error' } }]));
  } else {
    response.writeHead(200, STREAM);
    response.end(`${sse(chunksOf(answer))}data: [DONE]\n\n`);
  }
}

/** Sends the first words of an answer. */
function begin(response: ServerResponse, then: () => void): void {
  response.writeHead(200, STREAM);
  response.write(sse([chunk({ role: 'assistant', content: 'I was about to' })]), then);
}

function chunksOf(answer: Extract<Answer, { say: string } | { call: string } | { empty: true }>): object[] {
  const usage = { ...chunk({}), choices: [], usage: USAGE };
  const thought =
    'reasoning' in answer && answer.reasoning !== undefined
      ? [chunk({ role: 'assistant', reasoning_content: answer.reasoning })]
      : [];
  if ('say' in answer) {
    return [chunk({ role: 'assistant', content: answer.say }), chunk({}, 'stop'), usage];
  }
  if ('empty' in answer) return [...thought, chunk({ role: 'assistant', content: '' }, 'stop'), usage];
  const args = typeof answer.args === 'string' ? answer.args : JSON.stringify(answer.args);
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: answer.call, arguments: args } };
  return [...thought, chunk({ role: 'assistant', tool_calls: [call] }), chunk({}, 'tool_calls'), usage];
}

function chunk(delta: object, finish: string | null = null) {
  return {
    id: 'answer',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: MODEL,
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

function sse(chunks: readonly object[]): string {
  return chunks.map((part) => `data: ${JSON.stringify(part)}\n\n`).join('');
}

function sendJson(response: ServerResponse, status: number, body: object, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
