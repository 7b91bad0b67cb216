import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';
import { startGuardedEndpoint } from './guarded-endpoint.js';

const KEY = 'sk-SECRET-0123456789abcdef';

/** An endpoint of a key, which has its API at /v1 and nothing elsewhere; returns its URL without that, and its model. */
async function endpointBelowV1() {
  const endpoint = await startGuardedEndpoint(KEY);
  const server = createServer(async (request, response) => {
    if (!request.url?.startsWith('/v1/')) return response.writeHead(404).end('not found');
    const body = await buffer(request);
    const { authorization = '' } = request.headers;
    const answer = await fetch(new URL(request.url, endpoint.url), {
      method: request.method ?? 'GET',
      headers: { authorization, 'content-type': 'application/json' },
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await endpoint.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, model: endpoint.model };
}

/** What a shell makes of a command line of ours: the key it hands on, and the arguments. */
function shellArguments(line: string, env: Record<string, string>) {
  const script = `codingagentbench() { printf '%s\\n' "$CAB_KEY" "$@"; }\n${line}`;
  const [key, ...args] = execFileSync('sh', ['-c', script], { env, encoding: 'utf8' }).trimEnd().split('\n');
  return { key, args };
}

it('the `again` of a card, pasted into a shell, runs the same cell with the same key', async () => {
  using visitor = new Visitor();
  const { url, model } = await endpointBelowV1();
  fakeAgent(visitor.dir, 'await ask();');
  const env = { CAB_KEY: KEY };
  const given = [
    'check',
    '--endpoint',
    url,
    '--model',
    model,
    '--agent-bin',
    './agent',
    '--limit',
    'files=5000',
  ];
  const first = await visitor.run(given, { env });
  const line = /^ +again +(.*)$/m.exec(first.stdout)?.[1] ?? '';
  expect(line, first.stdout + first.stderr).toContain(`--endpoint ${url}/v1 `);
  expect(line).not.toContain(KEY);

  const { key, args } = shellArguments(line, env);
  expect(key).toBe(KEY);
  const second = await visitor.run(args, { env });
  const cells = visitor.records().map(({ tui, model, task_id, endpoint, verdict, limits }) => ({
    tui,
    model,
    task_id,
    endpoint,
    verdict,
    limits,
  }));
  expect(cells).toHaveLength(2);
  expect(cells[1]).toEqual(cells[0]);
  expect(cells[0]?.verdict).toBe('failed');
  // The URL was right at once this time, and the same command is named.
  expect(second.stdout).not.toContain('The API is at');
  expect(/^ +again +(.*)$/m.exec(second.stdout)?.[1]).toBe(line);
});
