import { createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KEY, meterFor, STREAMED, until } from './meter-under-test.js';
import { delta, scriptedUpstream, sendJson, sendStream, sse, usageChunk } from './scripted-upstream.js';

interface Fault {
  name: string;
  answer: Parameters<typeof scriptedUpstream>[0];
  call: object;
  /** Status that the agent gets; 0 when the connection breaks. */
  status: number;
}

const cutOff = (text: string): Fault['answer'] => {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(text, () => setImmediate(() => response.socket?.resetAndDestroy()));
  };
};
const refuse =
  (status: number, body: unknown, headers = {}): Fault['answer'] =>
  (response) =>
    sendJson(response, status, body, headers);

const FAULTS: Fault[] = [
  {
    name: '401',
    answer: refuse(401, { error: { message: 'Bad key' } }),
    status: 401,
    call: { cause: 'auth', error: 'HTTP 401: Bad key' },
  },
  {
    name: '403',
    answer: refuse(403, { error: { message: 'This key may not use the model' } }),
    status: 403,
    call: { cause: 'auth' },
  },
  {
    name: '413',
    answer: refuse(413, { error: { message: 'Request entity too large' } }),
    status: 413,
    call: { cause: 'request_too_large', error: 'HTTP 413: Request entity too large' },
  },
  { name: '404', answer: refuse(404, { detail: 'Not Found' }), status: 404, call: { cause: 'not_found' } },
  {
    name: '404 for a model',
    answer: refuse(404, { error: { message: 'The model `x` does not exist.', code: 'model_not_found' } }),
    status: 404,
    call: { cause: 'model_unknown' },
  },
  {
    name: '429',
    answer: refuse(429, { error: { message: 'Slow down' } }, { 'retry-after': '20' }),
    status: 429,
    call: { cause: 'rate_limited', retryAfterS: 20 },
  },
  {
    name: '429 without retry-after',
    answer: refuse(429, { error: { message: 'Slow down' } }),
    status: 429,
    call: { cause: 'rate_limited', retryAfterS: null },
  },
  {
    name: '429 with retry-after-ms',
    answer: refuse(429, {}, { 'retry-after-ms': '1500' }),
    status: 429,
    call: { cause: 'rate_limited', retryAfterS: 1.5 },
  },
  {
    name: '500',
    answer: refuse(500, { error: 'boom' }),
    status: 500,
    call: { cause: 'server_error', error: 'HTTP 500: boom' },
  },
  {
    name: '502 page',
    answer: (response) => response.writeHead(502).end('<html><title>Bad Gateway</title></html>'),
    status: 502,
    call: { cause: 'server_error', error: 'HTTP 502: Bad Gateway' },
  },
  {
    name: 'redirect',
    answer: (response) => response.writeHead(308, { location: 'https://elsewhere.test/v1' }).end(),
    status: 308,
    call: { cause: 'not_found', error: expect.stringContaining('https://elsewhere.test') },
  },
  {
    name: 'web page with 200',
    answer: (response) => response.end('<!doctype html><p>Hi'),
    status: 200,
    call: { cause: 'malformed_stream' },
  },
  {
    name: 'broken JSON in the stream',
    answer: (response) => sendStream(response, sse(delta({ content: 'a' }), '{"choices"')),
    status: 200,
    call: { cause: 'malformed_stream' },
  },
  {
    name: 'stream that ends in the middle',
    answer: (response) => sendStream(response, sse(delta({ content: 'a' }))),
    status: 200,
    call: { cause: 'malformed_stream', text: 'a' },
  },
  {
    name: 'no [DONE]',
    answer: (response) => sendStream(response, sse(delta({ content: 'a' }, 'stop'))),
    status: 200,
    call: { cause: null, promptTokens: null, usageMissing: 'The server reported no usage.' },
  },
  {
    name: 'empty reply',
    answer: (response) => sendStream(response, sse(delta({ content: '' }, 'stop'), '[DONE]')),
    status: 200,
    call: { cause: 'empty_reply' },
  },
  {
    name: 'error in the stream',
    answer: (response) => sendStream(response, sse({ error: { code: 429, message: 'busy' } })),
    status: 200,
    call: { cause: 'rate_limited', error: 'busy' },
  },
  {
    name: 'reset before the answer',
    answer: (response) => response.socket?.resetAndDestroy(),
    status: 502,
    call: { cause: 'connection', status: null },
  },
  {
    name: 'reset in the middle',
    answer: cutOff(sse(delta({ content: 'a' }))),
    status: 0,
    call: { cause: 'connection', status: 200, text: 'a', promptTokens: null },
  },
];

describe('faults of the endpoint', () => {
  it.each(FAULTS)('$name', async ({ answer, call, status }) => {
    const upstream = await scriptedUpstream(answer);
    const meter = await meterFor(upstream.baseUrl);
    const seenStatus = await meter
      .chat(STREAMED, { redirect: 'manual' })
      .then(async (response) => {
        expect(response.headers.get('location')).toBeNull();
        await response.text();
        return response.status;
      })
      .catch(() => 0);
    expect(seenStatus).toBe(status);
    const record = await meter.onlyCall();
    expect(record).toMatchObject(call);
    if (record.promptTokens === null) expect(record.usageMissing).toEqual(expect.any(String));
  });

  it('forwards retry-after', async () => {
    const upstream = await scriptedUpstream(refuse(429, {}, { 'retry-after': '3' }));
    const meter = await meterFor(upstream.baseUrl);
    expect((await meter.chat(STREAMED)).headers.get('retry-after')).toBe('3');
  });

  it('answers 502 when nothing listens', async () => {
    const meter = await meterFor('http://127.0.0.1:1/v1');
    const response = await meter.chat(STREAMED);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      error: {
        message: 'Nothing listens at 127.0.0.1:1 (connection refused).',
        type: 'endpoint_connection',
        param: null,
        code: 'ECONNREFUSED',
      },
    });
    expect(await meter.onlyCall()).toMatchObject({
      cause: 'connection',
      status: null,
      timeToFirstTokenMs: null,
    });
  });

  it('answers 502 when the server does not speak HTTP', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const meter = await meterFor(`http://127.0.0.1:${port}/v1`);
    expect((await meter.chat(STREAMED)).status).toBe(502);
    expect((await meter.onlyCall()).cause).toBe('malformed_stream');
  });
});

it('records a 503 and the following good answer as two calls', async () => {
  let calls = 0;
  const upstream = await scriptedUpstream((response) => {
    if (++calls === 1) sendJson(response, 503, { error: { message: 'overloaded' } });
    else sendStream(response, GOOD);
  });
  const meter = await meterFor(upstream.baseUrl);
  expect((await meter.chat(STREAMED)).status).toBe(503);
  expect(await (await meter.chat(STREAMED)).text()).toBe(GOOD);
  await until(() => meter.calls().length === 2);
  expect(meter.calls()).toMatchObject([
    { cause: 'server_error', status: 503, promptTokens: null },
    { cause: null, status: 200, promptTokens: 11, completionTokens: 5 },
  ]);
});

describe('an endpoint that hangs', () => {
  it.each([
    { when: 'before its headers', sent: '', status: null },
    { when: 'in the middle of the stream', sent: sse(delta({ content: 'a' })), status: 200 },
  ])('$when: the call lasts until the agent aborts it', async ({ sent, status }) => {
    const upstream = await scriptedUpstream((response) => {
      if (sent === '') return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sent);
    });
    const meter = await meterFor(upstream.baseUrl);
    const giveUp = new AbortController();
    const answer = meter
      .chat(STREAMED, { signal: giveUp.signal })
      .then((response) => bytesOf(response))
      .catch(() => Buffer.alloc(0));
    await until(() =>
      sent === '' ? meter.inFlight() === 1 : meter.events.some(({ type }) => type === 'first_token'),
    );
    giveUp.abort();
    await answer;
    expect(await meter.onlyCall()).toMatchObject({ cause: 'client_abort', status, promptTokens: null });
    await until(() => upstream.hangUps() === 1);
  });
});

const GOOD = sse(
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'hé 🦀 llo' }),
  delta({}, 'stop'),
  usageChunk(11, 5),
  '[DONE]',
);
const MEASURED = { cause: null, promptTokens: 11, completionTokens: 5, text: 'hé 🦀 llo', finish: 'stop' };
const args = JSON.stringify({ path: 'src/a.ts', text: 'wörld '.repeat(20) });
const toolPiece = (text: string, id?: string) =>
  delta({ tool_calls: [{ index: 0, id, function: { name: id && 'write', arguments: text } }] });

/** Unusual streams. The agent must get the same bytes, and the record must have the right counts. */
const STREAMS: ReadonlyArray<{ name: string; bytes: string; pieceBytes?: number; call: object }> = [
  { name: 'a normal stream', bytes: GOOD, call: MEASURED },
  { name: 'lines with CRLF', bytes: GOOD.replaceAll('\n', '\r\n'), call: MEASURED },
  {
    name: 'events of several data lines',
    bytes: GOOD.replaceAll(',"model"', ',\ndata: "model"'),
    call: MEASURED,
  },
  { name: 'comments and event names', bytes: `: hello\n\nevent: x\n${GOOD}`, call: MEASURED },
  { name: 'chunks of one byte', bytes: GOOD, pieceBytes: 1, call: MEASURED },
  {
    name: 'usage in the last content chunk',
    bytes: sse(
      delta({ content: 'hé 🦀 llo' }),
      { ...delta({}, 'stop'), usage: { prompt_tokens: 11, completion_tokens: 5 } },
      '[DONE]',
    ),
    call: MEASURED,
  },
  {
    name: 'no usage',
    bytes: sse(delta({ content: 'a' }, 'stop'), '[DONE]'),
    call: { cause: null, promptTokens: null, completionTokens: null },
  },
  {
    name: 'usage twice; the last one counts',
    bytes: sse(delta({ content: 'hé 🦀 llo' }, 'stop'), usageChunk(3, 1), usageChunk(11, 5), '[DONE]'),
    call: MEASURED,
  },
  {
    name: 'arguments of a tool call in pieces of one character',
    bytes: sse(
      toolPiece('', 'c1'),
      ...[...args].map((character) => toolPiece(character)),
      delta({}, 'tool_calls'),
      usageChunk(11, 5),
      '[DONE]',
    ),
    call: { cause: null, promptTokens: 11, completionTokens: 5, toolCalls: ['write'], finish: 'tool_calls' },
  },
  {
    name: 'a line of 10 MB',
    bytes: sse(delta({ content: 'x'.repeat(10_000_000) }, 'stop'), usageChunk(11, 5), '[DONE]'),
    pieceBytes: 65_536,
    call: { cause: null, promptTokens: 11, completionTokens: 5, finish: 'stop' },
  },
  {
    name: 'no [DONE]',
    bytes: sse(delta({ content: 'hé 🦀 llo' }, 'stop'), usageChunk(11, 5)),
    call: MEASURED,
  },
  {
    name: 'invalid JSON in one event',
    bytes: sse(delta({ content: 'a' }), '{"choices"', delta({}, 'stop'), '[DONE]'),
    call: { cause: 'malformed_stream' },
  },
  {
    name: 'a web page',
    bytes: '<!doctype html><p>Hi',
    call: { cause: 'malformed_stream', promptTokens: null },
  },
];

describe('a 2xx answer reaches the agent unchanged', () => {
  it.each(STREAMS)('$name', async ({ bytes, pieceBytes, call }) => {
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const whole = Buffer.from(bytes);
      const step = pieceBytes ?? whole.length;
      for (let at = 0; at < whole.length; at += step) response.write(whole.subarray(at, at + step));
      response.end();
    });
    const meter = await meterFor(upstream.baseUrl);
    const got = await bytesOf(await meter.chat(STREAMED));
    // No `toEqual`: a diff of 10 MB is no help.
    expect(got.equals(Buffer.from(bytes))).toBe(true);
    expect(await meter.onlyCall()).toMatchObject(call);
  });

  it('when it is compressed without request: decompressed', async () => {
    const upstream = await scriptedUpstream((response) => {
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
        .end(gzipSync(GOOD));
    });
    const meter = await meterFor(upstream.baseUrl);
    expect((await bytesOf(await meter.chat(STREAMED))).toString()).toBe(GOOD);
    expect(await meter.onlyCall()).toMatchObject(MEASURED);
  });

  it('up to the point where the connection broke', async () => {
    const sent = sse(delta({ content: 'hé 🦀 llo' }));
    const upstream = await scriptedUpstream(cutOff(sent));
    const meter = await meterFor(upstream.baseUrl);
    expect((await bytesOf(await meter.chat(STREAMED))).toString()).toBe(sent);
    expect(await meter.onlyCall()).toMatchObject({ cause: 'connection', status: 200, promptTokens: null });
  });
});

it.each([401, 403, 404, 413, 429, 500])('attack: a %i repeats the key and the header', async (status) => {
  const upstream = await scriptedUpstream((response, { headers }) =>
    sendJson(response, status, { error: { message: `refused: ${headers.authorization}` } }),
  );
  const meter = await meterFor(upstream.baseUrl);
  const body = await (await meter.chat(STREAMED)).text();
  const call = await meter.onlyCall();
  expect(body).toContain('[key]');
  expect(JSON.stringify([body, call, meter.events])).not.toContain(KEY);
});

/** All bytes before the answer ends or breaks. */
async function bytesOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
  } catch {}
  return Buffer.concat(chunks);
}
