import { expect, it } from 'vitest';
import { findLocalServers } from '../../../src/endpoint/probe/find-local-servers.js';
import { SERVERS } from '../../../src/endpoint/probe/servers.js';
import { scriptedUpstream, sendJson } from './scripted-upstream.js';

type Site = Record<
  string,
  { body?: unknown; text?: string; headers?: Record<string, string>; status?: number }
>;

const list = (entry: object) => ({
  body: { object: 'list', data: [{ id: 'm', object: 'model', ...entry }] },
});

/** The pages of each server, as observed or from its source code. */
const SITES: Record<string, Site> = {
  'llama.cpp': {
    '/v1/models': {
      ...list({ owned_by: 'llamacpp', meta: { n_ctx: 4096 } }),
      headers: { server: 'llama.cpp' },
    },
    '/props': {
      body: { default_generation_settings: { n_ctx: 4096 }, total_slots: 4, build_info: 'b9999-abc' },
    },
  },
  'llama.cpp behind a proxy': {
    '/v1/models': list({}),
    '/props': {
      body: { default_generation_settings: { n_ctx: 4096 }, total_slots: 4, build_info: 'b9999-abc' },
    },
  },
  'llama-cpp-python': {
    '/v1/models': { ...list({ owned_by: 'me', permissions: [] }), headers: { server: 'uvicorn' } },
    '/openapi.json': {
      body: { openapi: '3.1.0', info: { title: '🦙 llama.cpp Python API', version: '0.3.36' } },
    },
  },
  vllm: {
    '/v1/models': list({ owned_by: 'vllm', max_model_len: 32768 }),
    '/version': { body: { version: '0.33.0' } },
  },
  sglang: {
    '/v1/models': list({ owned_by: 'sglang', max_model_len: 32768 }),
    '/get_server_info': { body: { version: '0.5.23' } },
    // SGLang also imitates Ollama.
    '/': { text: 'Ollama is running' },
  },
  ollama: {
    '/v1/models': list({ owned_by: 'library' }),
    '/': { text: 'Ollama is running' },
    '/api/version': { body: { version: '0.9.2' } },
  },
  lmstudio: {
    '/v1/models': list({ owned_by: 'organization_owner' }),
    '/lmstudio-greeting': { body: { lmstudio: true } },
  },
  litellm: {
    '/v1/models': list({ owned_by: 'openai' }),
    '/health/liveliness': { body: "I'm alive!" },
  },
  koboldcpp: {
    '/v1/models': list({ owned_by: 'koboldcpp' }),
    '/api/extra/version': { body: { result: 'KoboldCpp', version: '1.99' } },
    '/props': { body: { default_generation_settings: { n_ctx: 4096 }, build_info: 'x' } },
  },
  tabbyapi: { '/v1/models': list({ owned_by: 'tabbyAPI' }) },
  'tensorrt-llm': {
    '/v1/models': list({ owned_by: 'tensorrt_llm' }),
    '/version': { body: { version: '1.2.0' } },
  },
  tgi: {
    '/v1/models': list({ owned_by: 'm' }),
    '/info': {
      body: { model_id: 'm', max_concurrent_requests: 128, max_total_tokens: 4096, version: '3.3' },
    },
  },
};

/** `fallback` is the answer to unknown paths, as LM Studio has one; null for a 404. */
async function serve(site: Site, fallback: object | null = null): Promise<number> {
  const { baseUrl } = await scriptedUpstream((response, { path }) => {
    const page = site[path];
    if (page?.text !== undefined) response.end(page.text);
    else if (page !== undefined) sendJson(response, page.status ?? 200, page.body, page.headers);
    else if (fallback !== null) sendJson(response, 200, fallback);
    else sendJson(response, 404, { detail: 'Not Found' });
  });
  return Number(new URL(baseUrl).port);
}

async function probe(site: Site, fallback: object | null = null) {
  const port = await serve(site, fallback);
  return (await findLocalServers({ ports: [port] }))[0];
}

it.each(Object.entries(SITES))('%s is recognised', async (name, site) => {
  const id = name.split(' ')[0];
  expect((await probe(site))?.server).toMatchObject({ id });
});

it('reads the version when the server reports it', async () => {
  const versions = await Promise.all(
    ['llama.cpp', 'llama-cpp-python', 'vllm', 'sglang', 'ollama', 'koboldcpp', 'lmstudio'].map(
      async (name) => (await probe(SITES[name] ?? {}))?.server?.version,
    ),
  );
  expect(versions).toEqual(['b9999-abc', '0.3.36', '0.33.0', '0.5.23', '0.9.2', '1.99', null]);
});

it.each([
  ['no sign', {}],
  ['an unknown owner', { owned_by: 'someone' }],
  ['the owner of llama-cpp-python, without its page', { owned_by: 'me' }],
])('does not guess an unknown server: %s', async (_, entry) => {
  const result = await probe({ '/v1/models': list(entry), '/api/version': { body: { version: '1.0' } } });
  expect(result).toMatchObject({ server: null, models: ['m'] });
});

it('attack: a server answers 200 to every path; it stays unknown', async () => {
  const error = { error: 'Unexpected endpoint or method. (GET /x)' };
  expect(await probe({ '/v1/models': list({}) }, error)).toMatchObject({ server: null });
});

it('finds a known server that needs a key, but no other web server', async () => {
  const site = { '/v1/models': { body: {}, status: 401 } };
  expect(await probe(site)).toBeUndefined();
  const vllm = { ...site, '/v1/models': { ...site['/v1/models'], headers: { server: 'llama.cpp' } } };
  expect(await probe(vllm)).toMatchObject({ server: { id: 'llama.cpp' }, models: null });
  expect(await probe({ '/': { body: 'hello' } })).toBeUndefined();
});

it('sends no key to local ports', async () => {
  const upstream = await scriptedUpstream((response) => sendJson(response, 200, { data: [] }));
  await findLocalServers({ ports: [Number(new URL(upstream.baseUrl).port)] });
  expect(upstream.received.length).toBeGreaterThan(1);
  for (const { headers } of upstream.received) expect(headers.authorization).toBeUndefined();
});

it('has unique ids, and at least one sign for every server', () => {
  expect(new Set(SERVERS.map(({ id }) => id)).size).toBe(SERVERS.length);
  for (const { signs, hosted } of SERVERS) expect(signs.length > 0 || hosted !== undefined).toBe(true);
});
