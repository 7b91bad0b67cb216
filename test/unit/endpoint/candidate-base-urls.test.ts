import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { candidateBaseUrls } from '../../../src/endpoint/probe/candidate-base-urls.js';
import { listModels } from '../../../src/endpoint/probe/list-models.js';
import { scriptedUpstream, sendJson } from './scripted-upstream.js';

const notFound = { fault: null, error: 'HTTP 404: no', location: null };
const noTls = { fault: 'tls', error: 'wrong version number', location: null } as const;
const bases = (
  baseUrl: string,
  failure: Parameters<typeof candidateBaseUrls>[1] = notFound,
  key: string | null = null,
) => candidateBaseUrls({ baseUrl, key }, failure);

it.each([
  ['http://127.0.0.1:8080', ['http://127.0.0.1:8080/v1']],
  ['http://127.0.0.1:8080/v1', []],
  ['http://127.0.0.1:8080/v1/v1', ['http://127.0.0.1:8080/v1']],
  ['http://127.0.0.1:8080/v1/engines/m', ['http://127.0.0.1:8080/v1']],
  ['http://127.0.0.1:11434/api', ['http://127.0.0.1:11434/api/v1', 'http://127.0.0.1:11434/v1']],
  [
    'https://host.test/openai?api-version=1',
    ['https://host.test/openai/v1?api-version=1', 'https://host.test/v1?api-version=1'],
  ],
  ['https://openrouter.ai', ['https://openrouter.ai/api/v1', 'https://openrouter.ai/v1']],
  ['https://api.groq.com/v1', ['https://api.groq.com/openai/v1']],
])('the candidates for %s are %j', (given, expected) => {
  expect(bases(given)).toEqual(expected);
});

it('tries plain HTTP after a TLS failure, but not with a key and a public host', () => {
  expect(bases('https://127.0.0.1:8080/v1', noTls, 'sk')).toEqual(['http://127.0.0.1:8080/v1']);
  expect(bases('https://host.test/v1', noTls, null)).toEqual(['http://host.test/v1']);
  expect(bases('https://host.test/v1', noTls, 'sk')).toEqual([]);
});

it('tries HTTPS after a reset, an error that names HTTPS, or a redirect', () => {
  const secure = ['https://host.test/v1'];
  expect(bases('http://host.test/v1', { ...notFound, fault: 'reset' })).toEqual(secure);
  expect(
    bases('http://host.test/v1', { ...notFound, error: 'Client sent an HTTP request to an HTTPS server.' }),
  ).toEqual(secure);
  expect(bases('http://host.test/v1', { ...notFound, location: 'https://host.test/v1/models' })).toEqual(
    secure,
  );
  expect(bases('http://host.test/v1', { ...notFound, location: 'https://elsewhere.test/' })).toEqual([]);
});

it('finds the API at http:// when the URL has https://', async () => {
  const { baseUrl } = await scriptedUpstream((response) => sendJson(response, 200, { data: [{ id: 'm' }] }));
  const list = await listModels(
    { baseUrl: baseUrl.replace('http:', 'https:'), key: null },
    { timeoutMs: 5_000 },
  );
  expect(list).toMatchObject({ kind: 'listed', baseUrl, models: ['m'] });
});

it('reports the refused key at the right URL, not the 404 at the given one', async () => {
  const { baseUrl } = await scriptedUpstream((response, { path }) =>
    path.startsWith('/v1/') ? sendJson(response, 401, {}) : sendJson(response, 404, {}),
  );
  const list = await listModels({ baseUrl: baseUrl.replace('/v1', ''), key: 'sk' }, { timeoutMs: 5_000 });
  expect(list).toMatchObject({ kind: 'failed', baseUrl, cause: 'auth' });
});

it('reports a server that does not speak HTTP as malformed, not as missing', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('SSH-2.0-OpenSSH_9.6\r\n', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const list = await listModels({ baseUrl: `http://127.0.0.1:${port}/v1`, key: null }, { timeoutMs: 5_000 });
  expect(list).toMatchObject({
    kind: 'failed',
    cause: 'malformed_stream',
    error: expect.stringContaining('HPE_INVALID'),
  });
});
