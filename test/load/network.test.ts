import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { attack } from '../attacks/attack.js';
import { type AttackRun, type AttemptSource, newKey, runAttackingAgent } from '../attacks/attacking-agent.js';
import { GUARDS } from '../attacks/guards.js';
import { startHostileEndpoint } from '../attacks/hostile-endpoint.js';
import { writeQuickTask } from '../attacks/quick-task.js';
import { Visitor } from '../e2e/cli.js';
import { bubblewrap, linux, named } from '../needs.js';

const key = newKey();
let endpoint: Awaited<ReturnType<typeof startHostileEndpoint>>;
/** Listeners of this machine other than the meter. Each records its visits. */
const listeners: Server[] = [];
const visits: string[] = [];

async function listen(
  name: string,
  where: { port: number; host: string } | { path: string },
): Promise<number> {
  const server = createServer((socket) => {
    visits.push(name);
    socket.on('error', () => {}).end('REACHED');
  });
  listeners.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(where, resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address && !address.internal && address.family === 'IPv4')?.address;
const datagrams = createSocket('udp4', () => visits.push('datagram'));

const ESCAPES: Record<string, AttemptSource> = {
  'another port of 127.0.0.1': "return reach({ port: world.port, host: '127.0.0.1' });",
  'another port by other names of this machine':
    "const hosts = ['localhost', '0.0.0.0', '127.0.0.2', '::1', '::ffff:127.0.0.1', os.hostname(), world.outside ?? '127.0.0.3']; return (await Promise.all(hosts.map((host) => reach({ port: world.port, host }).catch(() => '')))).join('');",
  'the endpoint, past the meter':
    "return reach({ port: world.endpointPort, host: '127.0.0.1' }, 'GET /v1/models HTTP/1.0\\r\\n\\r\\n');",
  'a datagram to a port of this machine':
    "const socket = require('node:dgram').createSocket('udp4'); await new Promise((done) => socket.send('x', world.datagramPort, '127.0.0.1', done)); socket.close();",
  'a public address and a public name':
    "return (await Promise.all(['http://1.1.1.1/', 'http://example.com/', 'https://registry.npmjs.org/'].map((url) => fetch(url, { signal: AbortSignal.timeout(3000) }).then(() => 'REACHED', () => '')))).join('');",
  'a name server':
    "return new Promise((resolve, reject) => require('node:dns').resolve('example.com', (error, found) => error ? reject(error) : resolve('REACHED ' + found)));",
  'an abstract unix socket': "return reach({ path: '\\0' + world.abstract });",
  'a unix socket in the temp dir and in the home':
    "return (await Promise.all(world.sockets.map((at) => reach({ path: at }).catch(() => '')))).join('');",
  "another program's token, through the meter of another run":
    "return fetch('http://127.0.0.1:' + world.port + '/v1/models', { headers: { authorization: 'Bearer ' + token } }).then(() => 'REACHED');",
  'a new network namespace with a way out':
    "return sh('unshare -Urn true && echo made; ip link add v0 type veth peer name v1 2>&1; ip route add default dev lo 2>&1; cat < /dev/tcp/127.0.0.1/' + world.port);",
};

describe.skipIf(bubblewrap)(named('network access from bubblewrap', bubblewrap), () => {
  const visitor = new Visitor();
  let run: AttackRun;
  beforeAll(async () => {
    endpoint = await startHostileEndpoint();
    const abstract = `cab-attack-${process.pid}`;
    const sockets = [join(visitor.temp, 's'), join(visitor.home, 's')];
    const port = await listen('loopback', { port: 0, host: '0.0.0.0' });
    await listen('abstract', { path: `\0${abstract}` });
    for (const path of sockets) await listen('path', { path });
    await new Promise<void>((resolve) => datagrams.bind(0, '127.0.0.1', resolve));
    run = await runAttackingAgent(visitor, {
      attempts: ESCAPES,
      world: {
        port,
        outside,
        endpointPort: endpoint.port,
        abstract,
        sockets,
        datagramPort: datagrams.address().port,
      },
      endpoint,
      args: ['--key', key, '--sandbox', 'required', '--task', writeQuickTask(join(visitor.dir, 'task'))],
    });
  });
  afterAll(async () => {
    for (const server of listeners) server.close();
    datagrams.close();
    await endpoint.close();
    visitor[Symbol.dispose]();
  });

  for (const name of Object.keys(ESCAPES)) {
    attack(`reach ${name}`, { aim: 'egress', guard: 'bubblewrap' }, () => {
      const { output } = run.attempt(name);
      expect(output).not.toContain('REACHED');
      expect(output).not.toContain('HTTP/1.1 200');
    });
  }
  attack('connect to any listener of this machine', { aim: 'egress', guard: 'bubblewrap' }, () => {
    expect(visits).toEqual([]);
  });
  attack('get another sandbox reported than the one in use', { aim: 'sandbox', guard: 'bubblewrap' }, () => {
    expect(run.record).toMatchObject({ sandbox: 'bubblewrap', direct_egress: 'blocked' });
  });
});

const RAW = (...heads: string[]) => `
  const port = Number(new URL(provider.options.baseURL).port);
  const auth = 'Authorization: Bearer ' + token + '\\r\\nConnection: close\\r\\n';
  const answers = [];
  for (const head of ${JSON.stringify(heads)}) answers.push(await reach({ port, host: '127.0.0.1' }, head + auth + '\\r\\n').catch(String));
  return answers.map((answer) => answer.replace('REACHED HTTP/1.1 ', '').slice(0, 3)).join(' ');`;

/** Misuses of the run's token, with the expected status codes. */
const MISUSES: Record<string, [AttemptSource, string]> = {
  'other paths of the endpoint': [
    RAW(
      ...[
        '/v1/files',
        '/v1/embeddings',
        '/v1/chat/completions/../../admin',
        '/v1/models/..%2f..%2fadmin',
        '//evil/v1/models',
      ].map((path) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n`),
    ),
    '404 404 404 404 404',
  ],
  'other methods': [
    RAW(
      ...['DELETE /v1/models/m', 'PUT /v1/chat/completions', 'GET /v1/chat/completions'].map(
        (line) => `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\n`,
      ),
    ),
    '405 405 405',
  ],
  'other hosts': [
    RAW(
      ...['evil.test', '10.0.0.1', '127.0.0.1.evil.test'].map(
        (host) => `GET /v1/models HTTP/1.1\r\nHost: ${host}\r\n`,
      ),
    ),
    '403 403 403',
  ],
  'a whole URL, as for a proxy': [
    RAW('GET http://evil.test/v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n'),
    '404',
  ],
  'two requests smuggled as one': [
    RAW(
      'POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n',
    ),
    '400',
  ],
};

const FLOODS: Record<string, AttemptSource> = {
  'three hundred calls at once':
    'const answers = await Promise.all(Array.from({ length: 300 }, () => ask().then(({ status }) => status, () => 0))); return answers.filter((status) => status === 200).length;',
  'ten bodies of 60 MB at once':
    "const body = Buffer.alloc(60 << 20, 32); const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(provider.options.baseURL + '/chat/completions', { method: 'POST', headers: { authorization: 'Bearer ' + token }, body }).then(({ status }) => status, () => 0))); return answers;",
  'two thousand silent connections':
    "const port = Number(new URL(provider.options.baseURL).port); const sockets = Array.from({ length: 2000 }, () => net.connect(port, '127.0.0.1').on('error', () => {})); await sleep(1000); return sockets.length;",
};

for (const { guard, flag } of GUARDS) {
  describe(`the meter, ${guard}`, () => {
    const visitor = new Visitor();
    let upstream: Awaited<ReturnType<typeof startHostileEndpoint>>;
    let run: AttackRun;
    beforeAll(async () => {
      upstream = await startHostileEndpoint();
      const attempts = Object.fromEntries(Object.entries(MISUSES).map(([name, [source]]) => [name, source]));
      run = await runAttackingAgent(visitor, {
        attempts,
        world: {},
        endpoint: upstream,
        args: ['--key', key, '--sandbox', flag, '--task', writeQuickTask(join(visitor.dir, 'task'))],
      });
    });
    afterAll(async () => {
      await upstream.close();
      visitor[Symbol.dispose]();
    });

    for (const [name, [, statuses]] of Object.entries(MISUSES)) {
      attack(`use its token for ${name}`, { aim: 'key', guard }, () => {
        expect(run.attempt(name).output).toBe(statuses);
      });
    }
    attack('send requests other than model calls to the endpoint', { aim: 'key', guard }, () => {
      const requests = new Set(upstream.received.map(({ method, url }) => `${method} ${url}`));
      expect([...requests].sort()).toEqual(['POST /v1/chat/completions']);
    });

    for (const [name, source] of Object.entries(FLOODS)) {
      attack(`flood it with ${name}`, { aim: 'cause', guard, missing: linux }, async () => {
        using flooded = new Visitor();
        const peak: number[] = [];
        const { record, attempt } = await runAttackingAgent(flooded, {
          attempts: { flood: source, after: 'return (await ask()).status;' },
          world: {},
          endpoint: upstream,
          args: ['--key', key, '--sandbox', flag, '--task', writeQuickTask(join(flooded.dir, 'task'))],
          run: { whileRunning: async (run) => void peak.push(await run.peakKb()) },
        });
        expect(attempt('after').output).toBe('200');
        expect(record).toMatchObject({ verdict: 'failed', stop_reason: 'finished' });
        expect(peak[0]).toBeGreaterThan(0);
        expect(peak[0]).toBeLessThan(700 * 1024);
        expect(flooded.litter()).toEqual([]);
      });
    }
  });
}
