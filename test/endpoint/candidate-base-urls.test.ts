import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { candidateBaseUrls } from '../../src/endpoint/probe/candidate-base-urls.js';
import { listModels } from '../../src/endpoint/probe/list-models.js';
import { scriptedUpstream, sendJson } from './scripted-upstream.js';

const notFound = { fault: null, error: 'HTTP 404: no', location: null };
const noTls = { fault: 'tls', error: 'wrong version number', location: null } as const;
const bases = (
  baseUrl: string,
  found: Parameters<typeof candidateBaseUrls>[1] = notFound,
  key: string | null = null,
) => candidateBaseUrls({ baseUrl, key }, found);

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
])('%s may have meant %j', (given, expected) => {
  expect(bases(given)).toEqual(expected);
});

it('tries plain HTTP where TLS is not spoken, and offers no key in the clear to a public host', () => {
  expect(bases('https://127.0.0.1:8080/v1', noTls, 'sk')).toEqual(['http://127.0.0.1:8080/v1']);
  expect(bases('https://host.test/v1', noTls, null)).toEqual(['http://host.test/v1']);
  expect(bases('https://host.test/v1', noTls, 'sk')).toEqual([]);
});

it('tries HTTPS where plain HTTP is hung up on, explained or redirected', () => {
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

it('finds the API at https:// when it is at http://', async () => {
  const { baseUrl } = await scriptedUpstream((response) => sendJson(response, 200, { data: [{ id: 'm' }] }));
  const list = await listModels(
    { baseUrl: baseUrl.replace('http:', 'https:'), key: null },
    { timeoutMs: 5_000 },
  );
  expect(list).toMatchObject({ kind: 'listed', baseUrl, models: ['m'] });
});

it('says that the key was refused where the API is, and not that nothing was where it is not', async () => {
  const { baseUrl } = await scriptedUpstream((response, { path }) =>
    path.startsWith('/v1/') ? sendJson(response, 401, {}) : sendJson(response, 404, {}),
  );
  const list = await listModels({ baseUrl: baseUrl.replace('/v1', ''), key: 'sk' }, { timeoutMs: 5_000 });
  expect(list).toMatchObject({ kind: 'failed', baseUrl, cause: 'auth' });
});

it('says that a server that does not speak HTTP is there, and is none', async () => {
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
