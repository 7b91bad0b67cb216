import { type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  ASKED,
  KEY,
  type MeterUnderTest,
  meterFor,
  STREAMED,
  TOKEN,
} from '../unit/endpoint/meter-under-test.js';
import { delta, scriptedUpstream, sendJson, sendStream, sse } from '../unit/endpoint/scripted-upstream.js';
import { attackOn } from './attack.js';

const open = () =>
  scriptedUpstream((response) => sendStream(response, sse(delta({ content: 'x' }, 'stop'), '[DONE]')));

function raw(
  meter: MeterUnderTest,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: meter.port, method, path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

describe('attack: call the meter without the token of the run', attackOn('key'), () => {
  it.each([
    ['none', {}],
    ['wrong', { authorization: 'Bearer nope' }],
    ['a prefix of it', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['with an extra character', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['the key itself', { authorization: `Bearer ${KEY}` }],
    ['empty', { authorization: 'Bearer ' }],
  ])('%s', async (_, headers) => {
    const upstream = await open();
    const meter = await meterFor(upstream.baseUrl);
    expect(await raw(meter, 'POST', '/v1/chat/completions', headers as Record<string, string>)).toBe(401);
    expect(upstream.received).toEqual([]);
    expect(meter.calls()).toEqual([]);
  });
});

describe('attack: DNS rebinding, a web page whose name resolves to 127.0.0.1', attackOn('key'), () => {
  it.each(['evil.test', 'evil.test:80', '127.0.0.1.evil.test', 'localhost.evil.test', '10.0.0.1'])(
    'host %j',
    async (host) => {
      const upstream = await open();
      const meter = await meterFor(upstream.baseUrl);
      expect(await raw(meter, 'POST', '/v1/chat/completions', { ...AUTHORIZED, host })).toBe(403);
      expect(upstream.received).toEqual([]);
    },
  );
});

describe('attack: reach other paths of the endpoint with its key', attackOn('key'), () => {
  it.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['POST', '/v1/completions'],
    ['GET', '/v1/files'],
    ['GET', '/v1/organization/api_keys'],
    ['POST', '/v1/chat/completions/'],
    ['POST', '/v1/chat/completions/../../admin'],
    ['GET', '/v1/models/../files'],
    ['GET', '/v1/models/..%2ffiles'],
    ['GET', '/v1/models/%2e%2e/files'],
    ['GET', '/v1/models/.%2E%2ffiles'],
    ['GET', '/v1/models/%252e%252e/files'],
    ['GET', '/v1/models/..%5cfiles'],
    ['GET', '/v1/models//files'],
    ['GET', '/v1/models/'],
    ['GET', '//evil.test/v1/models'],
    ['GET', 'http://evil.test/v1/models'],
    ['POST', '/v1/__proto__'],
    ['POST', '/v1constructor'],
    ['GET', '/v1/models/a\u0000b'.replace('\u0000', '%00')],
  ])('%s %s', async (method, path) => {
    const upstream = await open();
    const meter = await meterFor(upstream.baseUrl);
    expect(await raw(meter, method, path, AUTHORIZED)).toBe(404);
    expect(upstream.received).toEqual([]);
  });
  it.each([
    ['GET', '/v1/chat/completions'],
    ['DELETE', '/v1/models/mine'],
    ['POST', '/v1/models'],
    ['PUT', '/v1/responses'],
  ])('%s %s', async (method, path) => {
    const upstream = await open();
    const meter = await meterFor(upstream.baseUrl);
    expect(await raw(meter, method, path, AUTHORIZED)).toBe(405);
    expect(upstream.received).toEqual([]);
  });
  it('CONNECT', async () => {
    const upstream = await open();
    const meter = await meterFor(upstream.baseUrl);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(meter.port, '127.0.0.1', () => {
        socket.write(
          `CONNECT evil.test:443 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
        );
      });
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text));
    });
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
    expect(upstream.received).toEqual([]);
  });
});

describe('attack: read the key', attackOn('key'), () => {
  const leaks = { error: { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' } };

  it('in an error body', async () => {
    const upstream = await scriptedUpstream((response) =>
      sendJson(response, 401, leaks, { 'x-you-sent': `Bearer ${KEY}` }),
    );
    const meter = await meterFor(upstream.baseUrl);
    const response = await meter.chat(STREAMED);
    expect(response.status).toBe(401);
    expect([...response.headers].join()).not.toContain(KEY);
    expect(await response.text()).toBe(JSON.stringify(leaks).replace(KEY, '[key]'));
    expect(JSON.stringify([meter.calls(), meter.events])).not.toContain(KEY);
    expect(meter.calls()[0]?.error).toContain('[key]');
  });

  it('in a 2xx answer, for all chunk boundaries', async () => {
    const body = sse(delta({ content: `your key is ${KEY}!` }, 'stop'), '[DONE]');
    const at = body.indexOf(KEY);
    for (const cut of [at + 1, at + 9, at + KEY.length - 1, at + KEY.length]) {
      const upstream = await scriptedUpstream((response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(body.slice(0, cut), () => setImmediate(() => response.end(body.slice(cut))));
      });
      const meter = await meterFor(upstream.baseUrl);
      expect(await (await meter.chat(STREAMED)).text()).toBe(body.replace(KEY, '[key]'));
      expect((await meter.onlyCall()).text).toBe('your key is [key]!');
    }
  });

  it('with headers that name other headers to drop or keep', async () => {
    const upstream = await open();
    const meter = await meterFor(upstream.baseUrl);
    const headers = {
      ...AUTHORIZED,
      connection: 'x-secret-hop',
      'x-secret-hop': '1',
      cookie: 'a=b',
      'x-api-key': 'k',
    };
    await new Promise<void>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: meter.port,
        method: 'POST',
        path: '/v1/chat/completions',
        headers,
      };
      request(options, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end(JSON.stringify(ASKED));
    });
    const got = upstream.received[0]?.headers;
    expect(got?.authorization).toBe(`Bearer ${KEY}`);
    for (const name of ['x-secret-hop', 'cookie', 'x-api-key']) expect(got).not.toHaveProperty(name);
  });
});

describe('attack: huge bodies', attackOn('key'), () => {
  it('refuses a request of more than 64 MB, with and without a content-length', async () => {
    const upstream = await open();
    const meter = await meterFor(upstream.baseUrl);
    const send = (headers: Record<string, string>, write: (sent: ClientRequest) => void) =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port: meter.port, method: 'POST', path: '/v1/chat/completions' };
        const sent = request({ ...options, headers: { ...AUTHORIZED, ...headers } }, (response) => {
          resolve(response.statusCode);
          sent.destroy();
        }).on('error', reject);
        write(sent);
      });
    expect(await send({ 'content-length': String(65 * 1024 * 1024) }, (sent) => sent.flushHeaders())).toBe(
      413,
    );
    const piece = Buffer.alloc(1024 * 1024, 32);
    const endless = (sent: ClientRequest) => {
      if (!sent.destroyed) sent.write(piece, () => setImmediate(endless, sent));
    };
    // A race: the client may see the refusal or the closed connection first.
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(await send({}, endless).catch((error) => error.code));
    expect(upstream.received).toEqual([]);
  });

  it('truncates an endless error body', async () => {
    const upstream = await scriptedUpstream((response) => {
      response.writeHead(500);
      const pump = () => {
        while (!response.destroyed)
          if (!response.write(Buffer.alloc(65_536, 120))) return response.once('drain', pump);
        return undefined;
      };
      pump();
    });
    const meter = await meterFor(upstream.baseUrl);
    const response = await meter.chat(STREAMED);
    expect(response.status).toBe(500);
    expect((await response.arrayBuffer()).byteLength).toBe(1024 * 1024);
    expect((await meter.onlyCall()).error?.length).toBeLessThan(400);
  });
});

it('attack: send the solution to the model; the meter reports it', async () => {
  const upstream = await open();
  const meter = await meterFor(upstream.baseUrl, { watchFor: ['CANARY-77'] });
  await (await meter.chat(ASKED)).text();
  await (
    await meter.chat({ ...ASKED, messages: [{ role: 'tool', content: 'cat solve.sh: # CANARY-77' }] })
  ).text();
  expect(meter.events.filter(({ type }) => type === 'watched')).toEqual([
    { type: 'watched', needle: 'CANARY-77', index: 2 },
  ]);
});
