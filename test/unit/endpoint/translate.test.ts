import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../src/endpoint/meter/request-body.js';
import { KEY, type MeterUnderTest, meterFor, TOKEN, until } from './meter-under-test.js';
import { delta, scriptedUpstream, sendJson, sendStream, sse, usageChunk } from './scripted-upstream.js';

const GOOD = sse(
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'Reading.' }),
  delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'read', arguments: '{"path":"a"}' } }] }),
  delta({}, 'tool_calls'),
  usageChunk(11, 5),
  '[DONE]',
);
const ASKED = {
  model: 'm',
  instructions: 'Be brief.',
  input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
  tools: [{ type: 'function', name: 'read', parameters: { type: 'object' } }],
  store: false,
};
const STREAMED = { ...ASKED, stream: true };

const translatingMeter = (baseUrl: string, options: Parameters<typeof meterFor>[1] = {}) =>
  meterFor(baseUrl, { translate: true, ...options });

function ask(meter: MeterUnderTest, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${meter.baseUrl}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
}

describe('an agent that needs the Responses API, with an endpoint that has only chat', () => {
  it('gets a stream; the record has the endpoint’s usage', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await translatingMeter(upstream.baseUrl.replace('/v1', '/tenant/v1'));
    const response = await ask(meter, STREAMED);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const text = await response.text();
    expect(text.startsWith('event: response.created\n')).toBe(true);
    expect(text).toContain('event: response.completed\n');
    const [got] = upstream.received;
    expect(got?.path).toBe('/tenant/v1/chat/completions');
    expect(got?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(JSON.stringify(got)).not.toContain(TOKEN);
    expect(JSON.parse(got?.body ?? '')).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
      tools: [{ type: 'function', function: { name: 'read', parameters: { type: 'object' } } }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const call = await meter.onlyCall();
    expect(call).toMatchObject({
      path: '/v1/responses',
      stream: true,
      requestedModel: 'm',
      servedModel: 'served-1',
      requestHash: readRequest(Buffer.from(JSON.stringify(STREAMED)), 'responses').hash(),
      promptTokens: 11,
      completionTokens: 5,
      cachedTokens: 4,
      reasoningTokens: 2,
      usageMissing: null,
      finish: 'tool_calls',
      toolCalls: ['read'],
      text: 'Reading.',
      status: 200,
      cause: null,
    });
    expect(call.timeToFirstTokenMs).toBeGreaterThan(0);
    expect(meter.events.map(({ type }) => type)).toEqual(['started', 'first_token', 'ended']);
  });

  it('gets a document when it asks for one', async () => {
    const upstream = await scriptedUpstream((response) =>
      sendJson(response, 200, {
        model: 'served-1',
        choices: [{ message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 3, completion_tokens: 2 },
      }),
    );
    const meter = await translatingMeter(upstream.baseUrl);
    const response = await ask(meter, ASKED);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hi.' }] }],
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    });
    expect(upstream.received[0]?.body).not.toContain('stream');
    expect(await meter.onlyCall()).toMatchObject({ stream: false, promptTokens: 3, cause: null });
  });

  it('gets what it asked for when the endpoint mixes up streams and documents', async () => {
    const upstream = await scriptedUpstream((response, { body }) => {
      if (!body.includes('"stream":true')) return sendStream(response, GOOD);
      sendJson(response, 200, { choices: [{ message: { content: 'Hi.' }, finish_reason: 'stop' }] });
    });
    const meter = await translatingMeter(upstream.baseUrl);
    expect(await (await ask(meter, STREAMED)).text()).toContain('event: response.completed\n');
    expect(await (await ask(meter, ASKED)).json()).toMatchObject({
      status: 'completed',
      output: [{ type: 'message' }, { type: 'function_call', call_id: 'c1' }],
    });
  });

  it('reaches the endpoint’s own /v1/responses without translation', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await meterFor(upstream.baseUrl);
    await (await ask(meter, STREAMED)).text();
    expect(upstream.received[0]).toMatchObject({ path: '/v1/responses', body: JSON.stringify(STREAMED) });
  });

  it('can use the chat API without translation', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await translatingMeter(upstream.baseUrl);
    const body = { model: 'm', messages: [], stream: true, stream_options: { include_usage: true } };
    expect(await (await meter.chat(body)).text()).toBe(GOOD);
    expect(upstream.received[0]?.body).toBe(JSON.stringify(body));
  });

  it('gets usage from a server that refuses the option', async () => {
    const upstream = await scriptedUpstream((response, { body }) => {
      if (body.includes('stream_options')) sendJson(response, 400, { error: 'no stream_options here' });
      else sendStream(response, sse(delta({ content: 'x' }, 'stop'), usageChunk(1, 1), '[DONE]'));
    });
    const meter = await translatingMeter(upstream.baseUrl);
    expect(await (await ask(meter, STREAMED)).text()).toContain('"total_tokens":2');
    expect(upstream.received).toHaveLength(2);
    expect(await meter.onlyCall()).toMatchObject({ promptTokens: 1, cause: null });
  });

  it('is watched for canaries in its untranslated request', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await translatingMeter(upstream.baseUrl, { watchFor: ['canary-77'] });
    const output = { type: 'custom_tool_call_output', call_id: 'x', output: 'canary-77' };
    await (await ask(meter, { ...STREAMED, input: [output] })).text();
    expect(meter.events).toContainEqual({ type: 'watched', needle: 'canary-77', index: 1 });
  });
});

describe('the translated stream is not delayed', () => {
  it('forwards every piece before the next one is sent', async () => {
    const words = ['one', 'two', 'three'];
    let next: () => void = () => {};
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      next = () => {
        const word = words.shift();
        if (word === undefined) response.end(sse(delta({}, 'stop'), '[DONE]'));
        else response.write(sse(delta({ content: word })));
      };
    });
    const meter = await translatingMeter(upstream.baseUrl);
    const response = await ask(meter, STREAMED);
    const chunks: string[] = [];
    // The upstream sends an event only after the agent got the one before.
    for await (const chunk of response.body ?? []) {
      chunks.push(Buffer.from(chunk).toString());
      next();
    }
    expect(chunks[0]).toContain('response.created');
    expect(chunks[0]).not.toContain('delta');
    expect(chunks.join('')).toMatch(/"one".*"two".*"three".*response\.completed/s);
  });

  it('slows a fast endpoint down for a slow agent (backpressure)', async () => {
    let written = 0;
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const piece = Buffer.from(sse(delta({ content: 'x' })).repeat(500));
      const pump = () => {
        while (written < 60 * 1024 * 1024 && !response.destroyed) {
          written += piece.length;
          if (!response.write(piece)) return response.once('drain', pump);
        }
        return response.end();
      };
      pump();
    });
    const meter = await translatingMeter(upstream.baseUrl);
    const response = await ask(meter, STREAMED);
    // Wait until the meter reads no more for a while: translation is slow, so one pause is no proof.
    for (let last = -1, still = 0; still < 10; still = written === last ? still + 1 : 0) {
      last = written;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(written).toBeLessThan(40 * 1024 * 1024);
    await response.body?.cancel();
    await until(() => meter.calls().length === 1);
  });

  it('closes the connection to the endpoint when the agent closes its own', async () => {
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse(delta({ content: 'so ' })));
    });
    const meter = await translatingMeter(upstream.baseUrl);
    const hangUp = new AbortController();
    await ask(meter, STREAMED, { signal: hangUp.signal });
    await until(() => meter.events.some(({ type }) => type === 'first_token'));
    hangUp.abort();
    await until(() => upstream.hangUps() === 1);
    expect(await meter.onlyCall()).toMatchObject({ cause: 'client_abort', text: 'so ' });
  });

  it('records no fault when the agent closes the connection after response.completed', async () => {
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(GOOD);
    });
    const meter = await translatingMeter(upstream.baseUrl);
    const response = await ask(meter, STREAMED);
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('event: response.completed')) break;
    }
    expect(await meter.onlyCall()).toMatchObject({ cause: null, promptTokens: 11 });
  });
});

interface Fault {
  name: string;
  answer: Parameters<typeof scriptedUpstream>[0];
  cause: string;
  /** What the agent gets for a stream; 0 when the connection breaks. */
  streamed: number | 'failed';
  /** Status for a request without a stream. */
  whole: number;
}

const FAULTS: Fault[] = [
  {
    name: '401',
    answer: (response) => sendJson(response, 401, { error: { message: 'Bad key' } }),
    cause: 'auth',
    streamed: 401,
    whole: 401,
  },
  {
    name: '429',
    answer: (response) =>
      sendJson(response, 429, { error: { message: 'Slow down' } }, { 'retry-after': '3' }),
    cause: 'rate_limited',
    streamed: 429,
    whole: 429,
  },
  {
    name: 'an error inside a good answer',
    answer: (response) => sendStream(response, sse({ error: { code: 503, message: 'busy' } })),
    cause: 'server_error',
    streamed: 'failed',
    whole: 503,
  },
  {
    name: 'a web page with 200',
    answer: (response) => response.end('<!doctype html><p>Hi'),
    cause: 'malformed_stream',
    streamed: 'failed',
    whole: 502,
  },
  {
    name: 'a stream that ends in the middle',
    answer: (response) => sendStream(response, sse(delta({ content: 'a' }))),
    cause: 'malformed_stream',
    streamed: 'failed',
    whole: 502,
  },
  {
    name: 'reset before the answer',
    answer: (response) => response.socket?.resetAndDestroy(),
    cause: 'connection',
    streamed: 502,
    whole: 502,
  },
  {
    name: 'reset in the middle',
    answer: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse(delta({ content: 'a' })), () =>
        setImmediate(() => response.socket?.resetAndDestroy()),
      );
    },
    cause: 'connection',
    streamed: 0,
    whole: 502,
  },
];

describe('faults of the endpoint reach the agent as faults', () => {
  it.each(FAULTS)('$name', async ({ answer, cause, streamed, whole }) => {
    const upstream = await scriptedUpstream(answer);
    const meter = await translatingMeter(upstream.baseUrl);
    const result = await ask(meter, STREAMED)
      .then(async (response) => {
        const text = await response.text();
        return text.includes('event: response.failed\n') ? 'failed' : response.status;
      })
      .catch(() => 0);
    expect(result).toBe(streamed);
    const response = await ask(meter, ASKED);
    expect(response.status).toBe(whole);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
    await until(() => meter.calls().length === 2);
    expect(meter.calls().map((call) => call.cause)).toEqual([cause, cause]);
  });

  it('forwards retry-after', async () => {
    const upstream = await scriptedUpstream((response) =>
      sendJson(response, 429, {}, { 'retry-after': '3' }),
    );
    const meter = await translatingMeter(upstream.baseUrl);
    expect((await ask(meter, STREAMED)).headers.get('retry-after')).toBe('3');
  });

  it('reports an unknown encoding', async () => {
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-encoding': 'x-own' }).end('\u0001\u0002');
    });
    const meter = await translatingMeter(upstream.baseUrl);
    const response = await ask(meter, STREAMED);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toMatch(/response\.failed.*x-own/s);
  });
});

describe('attack: bypass the rules of the meter with a translated call', () => {
  it('redacts the key in a translated answer', async () => {
    const upstream = await scriptedUpstream((response) =>
      sendStream(
        response,
        sse(delta({ content: `your key is ${KEY}` }, 'stop'), { error: { message: KEY } }),
      ),
    );
    const meter = await translatingMeter(upstream.baseUrl);
    for (const body of [STREAMED, ASKED]) {
      const text = await (await ask(meter, body)).text();
      expect(text).toContain('[key]');
      expect(text).not.toContain(KEY);
    }
    expect(JSON.stringify(meter.calls())).not.toContain(KEY);
  });

  it('never sends a request that cannot be translated', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await translatingMeter(upstream.baseUrl);
    for (const body of ['{"model":', '[]', { ...ASKED, previous_response_id: 'resp_1' }]) {
      const response = await ask(meter, body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'unsupported_by_endpoint' } });
    }
    expect(upstream.received).toEqual([]);
    expect(meter.calls()).toEqual([]);
  });

  it('refuses a call without the token', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await translatingMeter(upstream.baseUrl);
    expect((await ask(meter, STREAMED, { headers: {} })).status).toBe(401);
    expect(upstream.received).toEqual([]);
  });

  it('escapes text that could end a JSON string', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await translatingMeter(upstream.baseUrl);
    const text = '"}],"stream":false}\n\ndata: [DONE]\n\n\u2028';
    await (await ask(meter, { ...STREAMED, input: text })).text();
    expect(JSON.parse(upstream.received[0]?.body ?? '').messages[1]).toEqual({ role: 'user', content: text });
  });
});
