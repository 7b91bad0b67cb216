import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dirSync } from 'tmp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ASKED, KEY, meterFor, STREAMED, TOKEN, until } from './meter-under-test.js';
import { delta, scriptedUpstream, sendJson, sendStream, sse, usageChunk } from './scripted-upstream.js';

const GOOD = sse(delta({ content: 'é' }), delta({}, 'stop'), usageChunk(11, 5), '[DONE]');

function scratch(): string {
  const dir = dirSync({ unsafeCleanup: true });
  onTestFinished(() => dir.removeCallback());
  return dir.name;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const everything = (dir: string) =>
  readdirSync(dir)
    .map((name) => readFileSync(join(dir, name), 'latin1'))
    .join('\n');

async function capturing(
  answer: Parameters<typeof scriptedUpstream>[0],
  options: Parameters<typeof meterFor>[1] = {},
) {
  const upstream = await scriptedUpstream(answer);
  const dir = join(scratch(), 'calls');
  return { meter: await meterFor(upstream.baseUrl, { capture: { dir }, ...options }), dir, upstream };
}

describe('a captured call', () => {
  it('is written completely: the request, and the unchanged stream', async () => {
    const { meter, dir } = await capturing((response) => {
      response.setHeader('set-cookie', 'session=1');
      sendStream(response, GOOD);
    });
    expect(await (await meter.chat(STREAMED)).text()).toBe(GOOD);
    await meter.onlyCall();
    expect(readdirSync(dir).sort()).toEqual(['001-request.json', '001-response.sse']);
    const request = readJson(join(dir, '001-request.json'));
    expect(request).toMatchObject({ path: '/v1/chat/completions', body: STREAMED });
    expect(request).not.toHaveProperty('sent');
    expect(request.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(request.headers).not.toHaveProperty('authorization');
    const response = readFileSync(join(dir, '001-response.sse'), 'utf8');
    expect(response).toMatch(/^: HTTP 200\n: content-type: text\/event-stream\n/);
    expect(response).not.toContain('session=1');
    expect(response.endsWith(`\n\n${GOOD}`)).toBe(true);
    expect(everything(dir)).not.toContain(TOKEN);
    expect(statSync(join(dir, '001-request.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it('is written as it arrives', async () => {
    let end: () => void = () => {};
    const { meter, dir } = await capturing((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse(delta({ content: 'first words' })));
      end = () => response.end(sse('[DONE]'));
    });
    const response = await meter.chat(STREAMED);
    const file = join(dir, '001-response.sse');
    await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('first words'));
    expect(meter.inFlight()).toBe(1);
    end();
    await response.text();
    await meter.onlyCall();
    expect(readFileSync(file, 'utf8')).toContain('[DONE]');
  });

  it.each<[string, Parameters<typeof scriptedUpstream>[0], object]>([
    [
      'a document',
      (response) => sendJson(response, 200, { choices: [] }),
      { status: 200, body: { choices: [] } },
    ],
    [
      'a refusal',
      (response) => sendJson(response, 429, { error: 'busy' }, { 'retry-after': '3' }),
      { status: 429, headers: { 'retry-after': '3' }, body: { error: 'busy' } },
    ],
    [
      'a web page',
      (response) => response.end('<p class="x">é</p>'),
      { status: 200, body: '<p class="x">é</p>' },
    ],
    ['a refusal in plain text', (response) => response.writeHead(502).end('no "way"'), { body: 'no "way"' }],
    ['an empty answer', (response) => response.end(), { status: 200, body: null }],
    [
      'a connection that breaks',
      (response) => response.socket?.resetAndDestroy(),
      { status: null, body: null, error: expect.any(String) },
    ],
    [
      'an unknown encoding',
      (response) => response.writeHead(200, { 'content-encoding': 'x-own' }).end('\u0001'),
      { status: 200, body: null },
    ],
  ])('%s is one JSON file', async (_, answer, expected) => {
    const { meter, dir } = await capturing(answer);
    await meter.chat(ASKED).then((response) => response.text());
    await meter.onlyCall();
    expect(readdirSync(dir).sort()).toEqual(['001-request.json', '001-response.json']);
    expect(readJson(join(dir, '001-response.json'))).toMatchObject(expected);
  });

  it('marks where an answer broke off', async () => {
    const { meter, dir } = await capturing((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse(delta({ content: 'so' })), () =>
        setImmediate(() => response.socket?.resetAndDestroy()),
      );
    });
    await meter
      .chat(STREAMED)
      .then((response) => response.text())
      .catch(() => {});
    await meter.onlyCall();
    expect(readFileSync(join(dir, '001-response.sse'), 'utf8')).toMatch(/"so".*\n: broken\n$/s);
  });

  it('has the request to the endpoint too, when it differs from the agent’s', async () => {
    const { meter, dir } = await capturing((response) => sendStream(response, GOOD), { translate: true });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const asked = { model: 'm', input: 'hi', stream: true };
    await (
      await fetch(`${meter.baseUrl}/responses`, { method: 'POST', headers, body: JSON.stringify(asked) })
    ).text();
    await (await meter.chat({ ...ASKED, stream: true })).text();
    await until(() => meter.calls().length === 2);
    expect(readJson(join(dir, '001-request.json'))).toMatchObject({
      path: '/v1/responses',
      body: asked,
      sent: {
        path: '/v1/chat/completions',
        body: { messages: [{ role: 'user', content: 'hi' }], stream_options: { include_usage: true } },
      },
    });
    expect(readFileSync(join(dir, '001-response.sse'), 'utf8')).toContain(GOOD);
    expect(readJson(join(dir, '002-request.json')).sent.body.stream_options).toEqual({ include_usage: true });
  });

  it('keeps a body that is not JSON, and numbers that JavaScript cannot represent', async () => {
    const { meter, dir } = await capturing((response) => sendJson(response, 400, {}));
    await (await meter.chat('{"model":')).text();
    await (await meter.chat('{"seed": 12345678901234567890}')).text();
    await until(() => meter.calls().length === 2);
    expect(readJson(join(dir, '001-request.json')).body).toBe('{"model":');
    expect(readFileSync(join(dir, '002-request.json'), 'utf8')).toContain(
      '"body":{"seed": 12345678901234567890}',
    );
  });

  it('is only a model call: a request for the list of models is not written', async () => {
    const { meter, dir } = await capturing((response) => sendJson(response, 200, { data: [] }));
    const headers = { authorization: `Bearer ${TOKEN}` };
    await (await fetch(`${meter.baseUrl}/models`, { headers })).text();
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('attack: the key in captured files', () => {
  const ODD = 'sk-a/b+c"d\\e-0123456789';
  it.each([
    ['an ordinary key', KEY],
    ['a key with characters that JSON and URLs escape', ODD],
    ['a short key', 'hunter2'],
  ])('%s, in every place where an endpoint or an agent can repeat it', async (_, key) => {
    const spellings = [
      key,
      JSON.stringify(key).slice(1, -1),
      JSON.stringify(key).slice(1, -1).replaceAll('/', '\\/'),
      encodeURIComponent(key),
    ];
    const answers: Array<Parameters<typeof scriptedUpstream>[0]> = [
      (response) => sendStream(response, sse(delta({ content: key }), ...spellings, '[DONE]')),
      (response) => sendJson(response, 200, { choices: [], echo: [key, ...spellings] }),
      (response) =>
        sendJson(
          response,
          401,
          { error: { message: `Bad key ${key}` } },
          { 'x-echo': encodeURIComponent(key) },
        ),
      (response) => response.writeHead(500, { 'x-key': key }).end(`no: ${key}`),
      (response) => response.writeHead(200, { 'x-key': key }).end(`<p>${key}</p>`),
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const bytes = [...Buffer.from(sse(delta({ content: `a ${key} b` })))];
        const next = () => {
          const byte = bytes.shift();
          if (byte === undefined) response.end();
          else response.write(Buffer.from([byte]), () => setImmediate(next));
        };
        next();
      },
      (response) => response.writeHead(200).write(`data: ${key}`, () => response.socket?.resetAndDestroy()),
    ];
    let turn = 0;
    const upstream = await scriptedUpstream((response, request) => answers[turn++]?.(response, request));
    const dir = scratch();
    const meter = await meterFor(upstream.baseUrl, {
      upstream: { baseUrl: upstream.baseUrl, key },
      capture: { dir },
    });
    for (const _ of answers) {
      await meter
        .chat({ ...STREAMED, messages: [{ role: 'user', content: `${key} ${encodeURIComponent(key)}` }] })
        .then((response) => response.text())
        .catch(() => {});
    }
    await until(() => meter.calls().length === answers.length);
    expect(readdirSync(dir)).toHaveLength(2 * answers.length);
    const written = everything(dir);
    expect(written).toContain('[key]');
    for (const spelling of spellings) expect(written).not.toContain(spelling);
  });
});

describe('attack: existing files', () => {
  it('does not follow a link with the name of a file, and the call continues', async () => {
    const { meter, dir } = await capturing((response) => sendStream(response, GOOD));
    const target = join(scratch(), 'precious');
    writeFileSync(target, 'precious');
    symlinkSync(target, join(dir, '001-request.json'));
    expect(await (await meter.chat(STREAMED)).text()).toBe(GOOD);
    expect(await meter.onlyCall()).toMatchObject({ cause: null, promptTokens: 11 });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(meter.events.filter(({ type }) => type === 'capture_failed')).toEqual([
      { type: 'capture_failed', index: 1, error: expect.objectContaining({ code: 'EEXIST' }) },
    ]);
  });

  it('rejects at the start when the directory cannot be created', async () => {
    const file = join(scratch(), 'file');
    writeFileSync(file, '');
    await expect(meterFor('http://127.0.0.1:1/v1', { capture: { dir: file } })).rejects.toThrow(/EEXIST/);
  });
});
