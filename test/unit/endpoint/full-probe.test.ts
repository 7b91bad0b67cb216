import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type FullProbeOptions, fullProbe } from '../../../src/endpoint/probe/full-probe.js';
import { normaliseEndpoint } from '../../../src/endpoint/probe/normalise-endpoint.js';
import type { ProbeCheck } from '../../../src/endpoint/probe/probe-findings.js';
import { WORD } from '../../../src/endpoint/probe/probe-question.js';
import { startClock } from '../../../src/host/clock.js';
import { KEY } from './meter-under-test.js';
import {
  delta,
  type Received,
  scriptedUpstream,
  sendJson,
  sendStream,
  sse,
  usageChunk,
} from './scripted-upstream.js';

type Answer = (response: ServerResponse, got: Received) => void;

interface Parts {
  /** Pages outside the chat API; 404 for all others. */
  pages?: Record<string, unknown>;
  /** Answers to the questions for one call, for two calls, with a tool result, and without tools. By default all succeed. */
  call?: Answer;
  both?: Answer;
  result?: Answer;
  plain?: Answer;
}

const toolCall = (index: number, number: unknown) => ({
  index,
  id: `c${index}`,
  function: { name: 'look_up_word', arguments: `{"number": ${number}}` },
});
const calls = (...numbers: unknown[]) =>
  delta({ tool_calls: numbers.map((n, i) => toolCall(i, n)) }, 'tool_calls');
const stream =
  (chunk: object, usage: object[] = [usageChunk(100, 10)]): Answer =>
  (response) =>
    sendStream(response, sse(chunk, ...usage, '[DONE]'));
const document = (
  message: object,
  usage: object | null = { prompt_tokens: 20, completion_tokens: 3 },
): Answer => {
  return (response) =>
    sendJson(response, 200, {
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      ...(usage && { usage }),
    });
};

function server({ pages = {}, ...parts }: Parts): Answer {
  const {
    call = stream(calls(7)),
    both = stream(calls(7, 8)),
    result = stream(delta({ content: WORD }, 'stop')),
    plain = document({ role: 'assistant', content: WORD }),
  } = parts;
  const all: Record<string, unknown> = { '/v1/models': { data: [{ id: 'm' }] }, ...pages };
  return (response, got) => {
    if (got.path !== '/v1/chat/completions') {
      const page = all[got.path];
      if (page === undefined) sendJson(response, 404, { error: { message: 'no such page' } });
      else if (typeof page === 'function') page(response, got);
      else sendJson(response, 200, page);
      return;
    }
    const chat = JSON.parse(got.body);
    if (got.body.includes('"tool_call_id"')) result(response, got);
    else if (chat.tools === undefined) plain(response, got);
    else if (got.body.includes('both calls')) both(response, got);
    else call(response, got);
  };
}

async function probe(
  parts: Parts,
  options: Partial<FullProbeOptions> & { at?: (baseUrl: string) => string } = {},
) {
  const upstream = await scriptedUpstream(server(parts));
  const checks: ProbeCheck[] = [];
  const { at = (baseUrl: string) => baseUrl, ...rest } = options;
  const result = await fullProbe({
    endpoint: normaliseEndpoint(at(upstream.baseUrl)),
    key: KEY,
    model: null,
    clock: startClock(),
    timeoutMs: 10_000,
    onCheck: (check) => checks.push(check),
    ...rest,
  });
  expect(JSON.stringify([checks, result])).not.toContain(KEY);
  const summary = checks.map(({ id, status }) => `${id.replace('endpoint.', '')} ${status}`);
  const of = (id: string) => checks.find((check) => check.id === `endpoint.${id}`);
  return { checks, summary, of, upstream, ...result };
}

it('reports a server that supports everything', async () => {
  const { summary, calls, of, upstream, ...rest } = await probe(
    {
      pages: {
        '/v1/models': {
          data: [
            { id: 'm', owned_by: 'vllm', max_model_len: 131072 },
            { id: 'n', owned_by: 'vllm' },
          ],
        },
        '/version': { version: '0.33.0' },
        '/v1/responses': (response: ServerResponse) =>
          sendJson(response, 400, { error: { message: 'input?' } }),
      },
    },
    { model: 'm' },
  );
  expect(summary).toEqual([
    'url ok',
    'server ok',
    'models ok',
    'responses ok',
    'reach ok',
    'model ok',
    'stream ok',
    'tools ok',
    'arguments ok',
    'result ok',
    'parallel ok',
    'chat ok',
    'usage ok',
    'speed ok',
    'context ok',
  ]);
  expect(rest).toMatchObject({
    model: 'm',
    server: { id: 'vllm', name: 'vLLM', version: '0.33.0' },
    contextTokens: 131072,
    responsesApi: true,
  });
  expect(calls.map(({ probe, stream }) => [probe, stream])).toEqual([
    [true, true],
    [true, true],
    [true, true],
    [true, false],
  ]);
  expect(of('server')?.detail).toBe('vLLM 0.33.0');
  // An empty request: it uses no tokens.
  expect(upstream.received.find(({ path }) => path === '/v1/responses')?.body).toBe('{}');
});

it('reports an unknown server that has only the chat API', async () => {
  const { summary, of } = await probe({});
  expect(summary).toContain('server skip');
  expect(summary).toContain('responses skip');
  expect(summary).toContain('context skip');
  expect(of('server')?.detail).toBe('an unknown server');
});

it('stays below 2,000 tokens for long answers, with and without reported usage', async () => {
  for (const usage of [[usageChunk(220, 768)], []]) {
    const long = (chunk: object) => stream(chunk, usage);
    const {
      upstream,
      calls: made,
      summary,
    } = await probe({
      call: long(calls(7)),
      both: long(calls(7, 8)),
      result: long(delta({ content: WORD }, 'stop')),
      plain: document({ role: 'assistant', content: WORD }, usage.length > 0 ? undefined : null),
    });
    const reported = made.reduce(
      (sum, call) => sum + (call.promptTokens ?? 0) + (call.completionTokens ?? 0),
      0,
    );
    const asked = upstream.received
      .filter(({ path }) => path.endsWith('/chat/completions'))
      .reduce((sum, { body }) => sum + JSON.parse(body).max_tokens, 0);
    expect(usage.length > 0 ? reported : asked).toBeLessThan(2_000);
    expect(summary).toContain('parallel skip');
  }
});

describe('tool calling', () => {
  it('that the server refuses: gives advice for this server', async () => {
    const message = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set';
    const { of, summary } = await probe({
      pages: { '/v1/models': { data: [{ id: 'm', owned_by: 'vllm' }] } },
      call: (response) => sendJson(response, 400, { object: 'error', message, code: 400 }),
    });
    expect(of('tools')).toMatchObject({
      status: 'warn',
      fix: expect.stringContaining('vLLM: Start it with --enable-auto-tool-choice'),
    });
    expect(summary).toContain('chat ok');
  });
  it('that works only without a stream: warns', async () => {
    const made = { role: 'assistant', content: null, tool_calls: [toolCall(0, 7)] };
    const { of } = await probe({
      call: (response, got) =>
        JSON.parse(got.body).stream
          ? stream(delta({ content: '{"name": "look_up_word"}' }, 'stop'))(response, got)
          : document(made)(response, got),
    });
    expect(of('tools')?.status).toBe('warn');
    expect(of('unstreamed')?.status).toBe('warn');
  });
  it.each([
    ['one at a time', stream(calls(7)), 'skip'],
    ['none', stream(delta({ content: 'No.' }, 'stop')), 'skip'],
    ['run together', stream(calls('7}{"number": 8')), 'warn'],
    [
      'refused',
      ((response) => sendJson(response, 400, { error: { message: 'one tool call only' } })) as Answer,
      'warn',
    ],
  ])('two calls at once: %s', async (_, both, expected) => {
    expect((await probe({ both })).of('parallel')?.status).toBe(expected);
  });
  it('answered with a document in place of a stream: warns', async () => {
    const made = { role: 'assistant', content: null, tool_calls: [toolCall(0, 7)] };
    expect((await probe({ call: document(made) })).of('stream')?.status).toBe('warn');
  });
});

describe('usage in the stream', () => {
  it('that the server ignores: warns', async () => {
    const { of } = await probe({ call: stream(calls(7), []) });
    expect(of('usage')).toMatchObject({ status: 'warn', detail: expect.stringContaining('ignored') });
  });
  it('that the server refuses: warns', async () => {
    const refusing: Answer = (response, got) =>
      JSON.parse(got.body).stream_options
        ? sendJson(response, 400, { error: { message: 'stream_options is not supported' } })
        : stream(calls(7), [])(response, got);
    const { of } = await probe({
      call: refusing,
      result: stream(delta({ content: WORD }, 'stop'), []),
      both: stream(calls(7, 8), []),
    });
    expect(of('usage')).toMatchObject({ status: 'warn', detail: expect.stringContaining('refused') });
  });
});

describe('the context length', () => {
  const ollama = (response: ServerResponse) => response.end('Ollama is running');
  const withPages = async (pages: Record<string, unknown>) => {
    const { of, contextTokens } = await probe({ pages });
    return [of('context')?.status, contextTokens];
  };
  const models = (entry: object) => ({ '/v1/models': { data: [{ id: 'm', ...entry }] } });
  it.each([
    ['vLLM', models({ owned_by: 'vllm', max_model_len: 8192 }), ['warn', 8192]],
    ['OpenRouter, Together', models({ context_length: 40960 }), ['ok', 40960]],
    ['Groq', models({ context_window: 131072 }), ['ok', 131072]],
    [
      'llama.cpp',
      { ...models({ owned_by: 'llamacpp' }), '/props': { default_generation_settings: { n_ctx: 4096 } } },
      ['warn', 4096],
    ],
    [
      'Ollama, loaded',
      { '/': ollama, '/api/ps': { models: [{ name: 'm:latest', context_length: 4096 }] } },
      ['warn', 4096],
    ],
    [
      'Ollama, not loaded',
      {
        '/': ollama,
        '/api/ps': { models: [] },
        '/api/show': { model_info: { 'q.context_length': 40960 } },
      },
      ['ok', null],
    ],
    [
      'LM Studio',
      {
        '/lmstudio-greeting': { lmstudio: true },
        '/api/v0/models': { data: [{ id: 'm', max_context_length: 131072, loaded_context_length: 4096 }] },
      },
      ['warn', 4096],
    ],
    [
      'LiteLLM',
      {
        '/health/liveliness': "I'm alive!",
        '/model/info': { data: [{ model_name: 'm', model_info: { max_input_tokens: 8192 } }] },
      },
      ['warn', null],
    ],
  ])('is read from %s', async (_, pages, expected) => {
    expect(await withPages(pages)).toEqual(expected);
  });
});

describe('ends early', () => {
  it('after a refused key', async () => {
    const { summary, model } = await probe({
      pages: { '/v1/models': (response: ServerResponse) => sendJson(response, 401, {}) },
    });
    expect(summary).toEqual(['url ok', 'server skip', 'key fail']);
    expect(model).toBeNull();
  });
  it('when nothing listens', async () => {
    const checks: ProbeCheck[] = [];
    await fullProbe({
      endpoint: normaliseEndpoint('http://127.0.0.1:1/v1'),
      key: null,
      model: null,
      clock: startClock(),
      timeoutMs: 1_000,
      onCheck: (check) => checks.push(check),
    });
    expect(checks.at(-1)).toMatchObject({
      id: 'endpoint.reach',
      status: 'fail',
      detail: expect.stringContaining('refused'),
    });
  });
  it('for an unknown model, with similar ones', async () => {
    const unknown: Answer = (response) =>
      sendJson(response, 404, { error: { message: 'The model `mm` does not exist' } });
    const { checks } = await probe({ call: unknown }, { model: 'mm' });
    expect(checks.at(-1)).toMatchObject({ id: 'endpoint.model', status: 'fail', fix: 'Did you mean m?' });
  });
  it('when the user named no model and there are several', async () => {
    const pages = { '/v1/models': { data: [{ id: 'a' }, { id: 'b' }] } };
    const { summary, calls: made, of } = await probe({ pages });
    expect(summary).toEqual(['url ok', 'server skip', 'models warn', 'responses skip']);
    expect(of('models')?.detail).toContain('a, b');
    expect(made).toEqual([]);
  });
});

it('only warns about a model that answers but is not listed', async () => {
  const { of, summary } = await probe({}, { model: 'mm' });
  expect(of('models')).toMatchObject({ status: 'warn', fix: 'Did you mean m?' });
  expect(summary).toContain('tools ok');
});

it('corrects the base URL, and reports that', async () => {
  const { of, baseUrl, upstream } = await probe({}, { at: (url) => url.replace('/v1', '/v1/engines/m') });
  expect(baseUrl).toBe(upstream.baseUrl);
  expect(of('url')).toMatchObject({ status: 'warn', detail: expect.stringContaining(upstream.baseUrl) });
});

it('attack: the server repeats the key in every answer; it is never shown', async () => {
  const leak = `no ${KEY}`;
  const { checks } = await probe({
    pages: { '/v1/models': { data: [{ id: leak, owned_by: KEY }] }, '/': KEY },
    call: (response) => sendJson(response, 500, { error: { message: leak } }),
  });
  expect(checks.length).toBeGreaterThan(3);
});
