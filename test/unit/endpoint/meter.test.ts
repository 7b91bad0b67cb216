import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ASKED, KEY, meterFor, STREAMED, TOKEN, until } from './meter-under-test.js';
import { delta, scriptedUpstream, sendJson, sendStream, sse, usageChunk } from './scripted-upstream.js';

const GOOD = sse(
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'hello' }),
  delta({}, 'stop'),
  usageChunk(11, 5),
  '[DONE]',
);

describe('a good call', () => {
  it('passes unchanged and is recorded', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await meterFor(upstream.baseUrl);
    const response = await meter.chat(STREAMED);
    expect(await response.text()).toBe(GOOD);
    expect(await meter.onlyCall()).toMatchObject({
      index: 1,
      probe: false,
      path: '/v1/chat/completions',
      stream: true,
      requestedModel: 'm',
      servedModel: 'served-1',
      promptTokens: 11,
      completionTokens: 5,
      cachedTokens: 4,
      reasoningTokens: 2,
      usageMissing: null,
      finish: 'stop',
      toolCalls: [],
      text: 'hello',
      status: 200,
      cause: null,
      error: null,
    });
    const call = await meter.onlyCall();
    expect(call.timeToFirstTokenMs).toBeGreaterThan(0);
    expect(call.latencyMs).toBeGreaterThanOrEqual(call.timeToFirstTokenMs ?? Infinity);
    expect(meter.events.map(({ type }) => type)).toEqual(['started', 'first_token', 'ended']);
    expect(meter.inFlight()).toBe(0);
    expect(meter.lastActivityMs()).not.toBeNull();
  });

  it('reaches the endpoint with the key and without the token', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await meterFor(upstream.baseUrl.replace('/v1', '/tenant/v1'));
    await (await meter.chat(STREAMED)).text();
    const [got] = upstream.received;
    expect(got?.path).toBe('/tenant/v1/chat/completions');
    expect(got?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(got?.headers['accept-encoding']).toBe('identity');
    expect(JSON.stringify(got)).not.toContain(TOKEN);
    expect(got?.body).toBe(JSON.stringify(STREAMED));
  });

  it('sends no Authorization when there is no key', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await meterFor(upstream.baseUrl, { upstream: { baseUrl: upstream.baseUrl, key: null } });
    await (await meter.chat(STREAMED)).text();
    expect(upstream.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('has the same hash for equal requests, also with another order of keys', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await meterFor(upstream.baseUrl);
    await (await meter.chat('{"model":"m","stream":false,"n":{"a":1,"b":[2]}}')).text();
    await (await meter.chat(' {"n": {"b": [2], "a": 1}, "stream": false, "model": "m"}')).text();
    await (await meter.chat('{"model":"m","stream":false,"n":{"a":1,"b":[3]}}')).text();
    const [first, second, third] = meter.calls().map((call) => call.requestHash);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('works through the unix socket', async () => {
    const { request } = await import('node:http');
    const { dirSync } = await import('tmp');
    const dir = dirSync({ unsafeCleanup: true });
    onTestFinished(() => dir.removeCallback());
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const socketPath = `${dir.name}/meter.sock`;
    const meter = await meterFor(upstream.baseUrl, { socketPath });
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKEN}`, host: '127.0.0.1:4000' };
      request({ socketPath, path: '/v1/chat/completions', method: 'POST', headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end(JSON.stringify(STREAMED));
    });
    expect(text).toBe(GOOD);
    expect((await meter.onlyCall()).promptTokens).toBe(11);
  });

  it('is not recorded for a list of models', async () => {
    const upstream = await scriptedUpstream((response) => sendJson(response, 200, { data: [{ id: 'a/b' }] }));
    const meter = await meterFor(upstream.baseUrl);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await (await fetch(`${meter.baseUrl}/models`, { headers })).json()).toEqual({
      data: [{ id: 'a/b' }],
    });
    await (await fetch(`${meter.baseUrl}/models/a%2Fb`, { headers })).text();
    expect(upstream.received.map(({ path }) => path)).toEqual(['/v1/models', '/v1/models/a%2Fb']);
    expect(meter.calls()).toEqual([]);
  });
});

describe('the stream is not delayed', () => {
  it('forwards every piece before the next one is sent', async () => {
    const pieces = [...GOOD.matchAll(/.*\n\n/g)].map(([piece]) => piece);
    let next: () => void = () => {};
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      next = () => {
        const piece = pieces.shift();
        if (piece === undefined) response.end();
        else response.write(piece);
      };
      next();
    });
    const meter = await meterFor(upstream.baseUrl);
    const response = await meter.chat(STREAMED);
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      next();
    }
    expect(text).toBe(GOOD);
  });

  it('slows a fast endpoint down for a slow agent (backpressure)', async () => {
    let written = 0;
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const piece = Buffer.from(sse(delta({ content: 'x'.repeat(60_000) })));
      const pump = () => {
        while (written < 200 * 1024 * 1024 && !response.destroyed) {
          written += piece.length;
          if (!response.write(piece)) return response.once('drain', pump);
        }
        return response.end();
      };
      pump();
    });
    const meter = await meterFor(upstream.baseUrl);
    const response = await meter.chat(STREAMED);
    let last = -1;
    // Wait until the meter reads no more, while the agent reads nothing.
    while (written !== last) {
      last = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
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
    const meter = await meterFor(upstream.baseUrl);
    const hangUp = new AbortController();
    const response = await meter.chat(STREAMED, { signal: hangUp.signal });
    await response.body?.getReader().read();
    expect(meter.inFlight()).toBe(1);
    hangUp.abort();
    await until(() => upstream.hangUps() === 1);
    expect(await meter.onlyCall()).toMatchObject({ cause: 'client_abort', promptTokens: null, text: 'so ' });
    expect(meter.inFlight()).toBe(0);
  });

  it('closes it too when the endpoint has not answered yet', async () => {
    const upstream = await scriptedUpstream(() => {});
    const meter = await meterFor(upstream.baseUrl);
    const hangUp = new AbortController();
    const asked = meter.chat(STREAMED, { signal: hangUp.signal });
    await until(() => upstream.received.length === 1);
    hangUp.abort();
    await expect(asked).rejects.toThrow();
    await until(() => upstream.hangUps() === 1);
    expect(await meter.onlyCall()).toMatchObject({ cause: 'client_abort', status: null });
  });

  it('records no fault when the agent closes the connection after the last event', async () => {
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(GOOD);
    });
    const meter = await meterFor(upstream.baseUrl);
    const hangUp = new AbortController();
    const response = await meter.chat(STREAMED, { signal: hangUp.signal });
    await until(() => meter.events.some(({ type }) => type === 'first_token'));
    await response.body?.getReader().read();
    hangUp.abort();
    expect(await meter.onlyCall()).toMatchObject({ cause: null, promptTokens: 11, finish: 'stop' });
  });

  it('aborts and records its calls when the meter is closed', async () => {
    const upstream = await scriptedUpstream(() => {});
    const meter = await meterFor(upstream.baseUrl);
    const asked = meter.chat(STREAMED).catch((error: unknown) => error);
    await until(() => upstream.received.length === 1);
    await meter.close();
    expect(await asked).toBeInstanceOf(Error);
    expect(meter.calls()).toHaveLength(1);
    await until(() => upstream.hangUps() === 1);
    await meter.close();
  });
});

describe('usage', () => {
  const asked = { ...ASKED, stream: true };

  it('is requested when the agent does not, and the extra event is removed', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await meterFor(upstream.baseUrl);
    const body = await (await meter.chat(asked)).text();
    expect(JSON.parse(upstream.received[0]?.body ?? '')).toEqual({
      ...asked,
      stream_options: { include_usage: true },
    });
    expect(body).toBe(GOOD.replace(sse(usageChunk(11, 5)), ''));
    expect(await meter.onlyCall()).toMatchObject({ promptTokens: 11, completionTokens: 5 });
  });

  it('is requested without any other change of the body', async () => {
    const upstream = await scriptedUpstream((response) => sendStream(response, GOOD));
    const meter = await meterFor(upstream.baseUrl);
    await (await meter.chat('{ "seed": 12345678901234567890, "stream": true }')).text();
    await (await meter.chat('{"stream":true,"stream_options":{"x":1}}')).text();
    expect(upstream.received[0]?.body).toContain('"seed": 12345678901234567890, "stream": true }');
    expect(JSON.parse(upstream.received[1]?.body ?? '').stream_options).toEqual({
      x: 1,
      include_usage: true,
    });
  });

  it('is no longer requested once the server has refused the option', async () => {
    const upstream = await scriptedUpstream((response, { body }) => {
      if (body.includes('stream_options'))
        sendJson(response, 400, { error: { message: 'Unknown field: stream_options' } });
      else sendStream(response, sse(delta({ content: 'x' }, 'stop'), '[DONE]'));
    });
    const meter = await meterFor(upstream.baseUrl);
    expect((await meter.chat(asked)).status).toBe(200);
    expect((await meter.chat(asked)).status).toBe(200);
    expect(upstream.received.map(({ body }) => body.includes('stream_options'))).toEqual([
      true,
      false,
      false,
    ]);
    expect(meter.calls()).toHaveLength(2);
    expect(meter.calls()[0]).toMatchObject({
      cause: null,
      promptTokens: null,
      usageMissing: 'The server reported no usage.',
    });
  });

  it('causes no second request after an unrelated 400', async () => {
    const upstream = await scriptedUpstream((response) =>
      sendJson(response, 400, { error: { message: 'bad temperature' } }),
    );
    const meter = await meterFor(upstream.baseUrl);
    expect((await meter.chat(asked)).status).toBe(400);
    expect(upstream.received).toHaveLength(1);
  });
});

describe('compressed answers that were not requested', () => {
  it.each([
    ['gzip', gzipSync(GOOD)],
    ['br', brotliCompressSync(GOOD)],
    ['deflate', deflateSync(GOOD)],
  ])('decompresses %s for the agent and the record', async (encoding, bytes) => {
    const upstream = await scriptedUpstream((response) => {
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding })
        .end(bytes);
    });
    const meter = await meterFor(upstream.baseUrl);
    expect(await (await meter.chat(STREAMED)).text()).toBe(GOOD);
    expect(await meter.onlyCall()).toMatchObject({ promptTokens: 11, text: 'hello', cause: null });
  });

  it('forwards an unknown encoding unchanged, with unknown usage', async () => {
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-encoding': 'x-own' }).end('\u0001\u0002');
    });
    const meter = await meterFor(upstream.baseUrl);
    expect(await (await meter.chat(STREAMED)).text()).toBe('\u0001\u0002');
    expect(await meter.onlyCall()).toMatchObject({
      cause: null,
      promptTokens: null,
      usageMissing: expect.stringContaining('x-own'),
    });
  });

  it('records an incomplete one as malformed', async () => {
    const bytes = gzipSync(GOOD);
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes.subarray(0, bytes.length - 20));
    });
    const meter = await meterFor(upstream.baseUrl);
    await expect(meter.chat(STREAMED).then((response) => response.text())).rejects.toThrow();
    expect((await meter.onlyCall()).cause).toBe('malformed_stream');
  });
});
