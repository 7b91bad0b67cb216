import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { similarIds } from '../../../src/endpoint/probe/list-models.js';
import { type ProbeOptions, probeEndpoint } from '../../../src/endpoint/probe/probe.js';
import { WORD } from '../../../src/endpoint/probe/probe-question.js';
import { resolveModel } from '../../../src/endpoint/probe/resolve-model.js';
import { startClock } from '../../../src/host/clock.js';
import { KEY, until } from './meter-under-test.js';
import {
  delta,
  type Received,
  scriptedUpstream,
  sendJson,
  sendStream,
  sse,
  usageChunk,
} from './scripted-upstream.js';

const probe = (baseUrl: string, options: Partial<ProbeOptions> = {}) =>
  probeEndpoint({ baseUrl, key: KEY, model: 'm', clock: startClock(), timeoutMs: 10_000, ...options });

const callTool = (args = '{"number": 7}', name = 'look_up_word') =>
  delta({ tool_calls: [{ index: 0, id: 'c', function: { name, arguments: args } }] }, 'tool_calls');

/** A model that answers as expected; each part can be replaced. */
function goodModel(parts: { call?: object; answer?: object; usage?: object[] } = {}) {
  const {
    call = callTool(),
    answer = delta({ content: `${WORD}.` }, 'stop'),
    usage = [usageChunk(100, 10)],
  } = parts;
  return (response: ServerResponse, { body }: Received) =>
    sendStream(response, sse(body.includes('"tool_call_id"') ? answer : call, ...usage, '[DONE]'));
}

async function findings(answer: Parameters<typeof scriptedUpstream>[0], options: Partial<ProbeOptions> = {}) {
  const upstream = await scriptedUpstream(answer);
  const result = await probe(upstream.baseUrl, options);
  expect(JSON.stringify(result)).not.toContain(KEY);
  for (const { status, fix } of result.checks)
    expect(fix === null).toBe(status === 'ok' || status === 'skip');
  const summary = result.checks.map(({ id, status }) => `${id.replace('endpoint.', '')} ${status}`);
  return { ...result, summary, upstream };
}

describe('the tool round trip', () => {
  it('succeeds', async () => {
    const { summary, calls, checks, upstream } = await findings(goodModel());
    expect(summary).toEqual(['reach ok', 'model ok', 'tools ok', 'arguments ok', 'result ok', 'usage ok']);
    expect(calls.map(({ index, probe, cause }) => [index, probe, cause])).toEqual([
      [1, true, null],
      [2, true, null],
    ]);
    expect(checks.at(-1)?.detail).toContain('220 tokens');
    const asked = upstream.received.reduce((sum, { body }) => sum + JSON.parse(body).max_tokens, 0);
    expect(asked + 220).toBeLessThan(2_000);
    const [, second] = upstream.received.map(({ body }) => JSON.parse(body));
    expect(second.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c', type: 'function', function: { name: 'look_up_word', arguments: '{"number": 7}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c', content: WORD },
    ]);
  });

  it.each([
    [
      'no call',
      goodModel({ call: delta({ content: 'No.' }, 'stop') }),
      ['reach ok', 'model ok', 'tools warn', 'usage ok'],
    ],
    [
      'only reasoning',
      goodModel({ call: delta({ reasoning_content: 'hm' }, 'length') }),
      ['reach ok', 'model ok', 'tools warn', 'usage ok'],
    ],
    ['an empty answer', goodModel({ call: delta({}, 'stop') }), ['reach ok', 'model ok', 'tools warn']],
    [
      'broken arguments',
      goodModel({ call: callTool('{"number": ') }),
      ['reach ok', 'model ok', 'tools ok', 'arguments warn', 'result ok', 'usage ok'],
    ],
    [
      'other arguments',
      goodModel({ call: callTool('{"number": "seven"}') }),
      ['reach ok', 'model ok', 'tools ok', 'arguments warn', 'result ok', 'usage ok'],
    ],
    [
      'another tool',
      goodModel({ call: callTool('{}', 'bash') }),
      ['reach ok', 'model ok', 'tools warn', 'result ok', 'usage ok'],
    ],
    [
      'an ignored result',
      goodModel({ answer: delta({ content: 'banana' }, 'stop') }),
      ['reach ok', 'model ok', 'tools ok', 'arguments ok', 'result warn', 'usage ok'],
    ],
    [
      'no usage',
      goodModel({ usage: [] }),
      ['reach ok', 'model ok', 'tools ok', 'arguments ok', 'result ok', 'usage warn'],
    ],
  ])('gives a warning for %s', async (_, answer, expected) => {
    expect((await findings(answer)).summary).toEqual(expected);
  });

  it('succeeds with a server that refuses our optional fields', async () => {
    const { summary, calls, upstream } = await findings((response, got) => {
      const chat = JSON.parse(got.body);
      if (chat.stream_options)
        sendJson(response, 400, { error: { message: 'stream_options is not supported' } });
      else if (chat.max_tokens)
        sendJson(response, 400, { error: { message: "Use 'max_completion_tokens' instead." } });
      else goodModel()(response, got);
    });
    expect(summary).toEqual(['reach ok', 'model ok', 'tools ok', 'arguments ok', 'result ok', 'usage ok']);
    expect(calls).toHaveLength(4);
    expect(upstream.received).toHaveLength(4);
  });
});

it('detects from the prompt tokens that a server leaves the tools out', async () => {
  const silent = delta({ content: 'No.' }, 'stop');
  const without = await findings(goodModel({ call: silent, usage: [usageChunk(46, 10)] }));
  expect(without.checks.find(({ id }) => id === 'endpoint.tools')?.detail).toContain('left the tool out');
  const complete = await findings(goodModel({ call: silent, usage: [usageChunk(120, 10)] }));
  expect(complete.checks.find(({ id }) => id === 'endpoint.tools')?.detail).not.toContain('left');
});

describe('fails', () => {
  it('when nothing listens', async () => {
    const { checks } = await probe('http://127.0.0.1:1/v1');
    expect(checks).toMatchObject([
      { id: 'endpoint.reach', status: 'fail', detail: expect.stringContaining('refused') },
    ]);
  });
  it('for an unknown host', async () => {
    const { checks } = await probe('https://nowhere.invalid/v1');
    expect(checks).toMatchObject([
      { id: 'endpoint.reach', status: 'fail', detail: expect.stringContaining('DNS') },
    ]);
  });
  it('when the server has no TLS', async () => {
    const upstream = await scriptedUpstream(goodModel());
    const { checks } = await probe(upstream.baseUrl.replace('http:', 'https:'));
    expect(checks).toMatchObject([
      { id: 'endpoint.reach', status: 'fail', detail: expect.stringContaining('TLS') },
    ]);
  });
  it('when there is no answer before the timeout', async () => {
    const { summary, calls, upstream } = await findings(() => {}, { timeoutMs: 30 });
    expect(summary).toEqual(['reach fail']);
    expect(calls[0]?.cause).toBe('timeout');
    await until(() => upstream.hangUps() === 1);
  });
  it.each([401, 403])('when the key is refused with status %d', async (status) => {
    const { summary } = await findings((response) =>
      sendJson(response, status, { error: { message: `bad ${KEY}` } }),
    );
    expect(summary).toEqual(['key fail']);
  });
  it('when LiteLLM without a database answers 400 to a wrong key', async () => {
    const error = { message: 'No connected db.', type: 'no_db_connection', param: null, code: '400' };
    const { summary } = await findings((response) => sendJson(response, 400, { error }));
    expect(summary).toEqual(['key fail']);
  });
  it('for a key that is invalid in a header, without sending it', async () => {
    const upstream = await scriptedUpstream(goodModel());
    const { checks } = await probe(upstream.baseUrl, { key: 'sk-line\nbreak' });
    expect(checks).toMatchObject([{ id: 'endpoint.key', status: 'fail' }]);
    expect(upstream.received).toEqual([]);
  });
  it('for an unknown model, with similar names', async () => {
    const { checks } = await findings(
      (response, { method }) => {
        if (method === 'GET')
          sendJson(response, 200, { data: ['qwen3', 'openai/gpt-oss-120b', 'llama'].map((id) => ({ id })) });
        else sendJson(response, 404, { error: { message: 'The model does not exist' } });
      },
      { model: 'gpt-oss-120b' },
    );
    expect(checks).toMatchObject([{ id: 'endpoint.model', status: 'fail' }]);
    expect(checks[0]?.fix).toMatch(/^Did you mean openai\/gpt-oss-120b or/);
  });
  it('when there is no chat API', async () => {
    const { summary } = await findings((response) => response.writeHead(404).end('nope'));
    expect(summary).toEqual(['reach fail']);
  });
});

it.each([
  [429, { error: { message: 'slow down' } }, 'reach warn'],
  [500, {}, 'reach warn'],
  [400, { error: { message: '"auto" tool choice requires --enable-auto-tool-choice' } }, 'tools warn'],
])('only warns about status %d', async (status, body, expected) => {
  expect((await findings((response) => sendJson(response, status, body))).summary).toEqual([expected]);
});

it('only warns when an answer starts but is too slow to finish', async () => {
  const { checks } = await findings(
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse(delta({ content: 'Well' })));
    },
    { timeoutMs: 300 },
  );
  expect(checks).toMatchObject([{ id: 'endpoint.reach', status: 'warn' }]);
});

it('stays below its token budget when the server reports no usage', async () => {
  const { upstream, summary } = await findings(goodModel({ usage: [] }));
  const asked = upstream.received.reduce((sum, { body }) => sum + JSON.parse(body).max_tokens, 0);
  expect(asked).toBeLessThan(2_000);
  expect(summary).toContain('usage warn');
});

it('finds the API below /v1 when the URL lacks it, and reports that', async () => {
  const upstream = await scriptedUpstream((response, got) => {
    if (!got.path.startsWith('/v1/')) response.end('<html>A chat for you</html>');
    else if (got.method === 'GET') sendJson(response, 200, { data: [{ id: 'm' }] });
    else goodModel()(response, got);
  });
  const bare = upstream.baseUrl.replace('/v1', '');
  const result = await probe(bare);
  expect(result.baseUrl).toBe(upstream.baseUrl);
  expect(result.checks.map(({ status }) => status)).toEqual(['warn', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
  expect(result.checks[0]?.detail).toContain(upstream.baseUrl);
});

it('corrects https:// to http:// on this machine, and reports that', async () => {
  const upstream = await scriptedUpstream((response, got) => {
    if (got.method === 'GET') sendJson(response, 200, { data: [{ id: 'm' }] });
    else goodModel()(response, got);
  });
  const result = await probe(upstream.baseUrl.replace('http:', 'https:'));
  expect(result.baseUrl).toBe(upstream.baseUrl);
  expect(result.checks[0]).toMatchObject({ id: 'endpoint.base', status: 'warn' });
  expect(result.checks.map(({ status }) => status)).not.toContain('fail');
});

it('warns before it sends a key unencrypted', async () => {
  const { checks } = await probe('http://nowhere.invalid/v1');
  expect(checks.map(({ id, status }) => [id, status])).toEqual([
    ['endpoint.clear_text', 'warn'],
    ['endpoint.reach', 'fail'],
  ]);
});

it('stops when the signal aborts', async () => {
  const upstream = await scriptedUpstream(() => {});
  const stop = new AbortController();
  const asked = probe(upstream.baseUrl, { signal: stop.signal });
  asked.catch(() => {});
  await until(() => upstream.received.length === 1);
  stop.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await until(() => upstream.hangUps() === 1);
});

it('lists the most similar model ids first', () => {
  expect(similarIds('qwen3-8b', ['llama-3', 'Qwen/Qwen3-8B', 'qwen3-7b', 'phi'])).toEqual([
    'Qwen/Qwen3-8B',
    'qwen3-7b',
    expect.any(String),
  ]);
});

describe('the model, when the user names none', () => {
  const listing = (body: unknown) => scriptedUpstream((response) => sendJson(response, 200, body));
  it('is the only one in the list', async () => {
    const { baseUrl } = await listing({ object: 'list', data: [{ id: 'a/b' }] });
    expect(await resolveModel({ baseUrl, key: null })).toBe('a/b');
  });
  it('is an error when there are several', async () => {
    const { baseUrl } = await listing({ data: [{ id: 'a' }, { id: 'b' }] });
    await expect(resolveModel({ baseUrl, key: null })).rejects.toMatchObject({
      code: 'usage.no_model',
      message: 'The endpoint lists 2 models: a, b.',
    });
  });
  it('is an error when there is none, or no list', async () => {
    const none = await listing({ data: [] });
    await expect(resolveModel({ baseUrl: none.baseUrl, key: null })).rejects.toMatchObject({
      code: 'usage.no_model',
    });
    const odd = await listing({ hello: 1 });
    await expect(resolveModel({ baseUrl: odd.baseUrl, key: null })).rejects.toMatchObject({
      code: 'endpoint.malformed_stream',
    });
    await expect(resolveModel({ baseUrl: 'http://127.0.0.1:1/v1', key: null })).rejects.toMatchObject({
      code: 'endpoint.connection',
    });
  });
});
