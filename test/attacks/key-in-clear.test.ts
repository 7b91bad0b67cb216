import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject } from 'vitest';
import { BIN } from '../e2e/cli.js';
import { attack } from './attack.js';

const KEY = 'sk-CLEAR-0123456789abcdef';
/** Public addresses of this machine in the test's network namespace, and a private one. */
const PUBLIC = {
  'an IPv6 address': '[2001:db8::1]',
  'an IPv4 address within an IPv6 one': '[::ffff:8.8.8.8]',
};
const PRIVATE = '[fd00::1]';
const OWN_NETWORK =
  'ip link set lo up && ip -6 addr add 2001:db8::1/128 dev lo && ip -6 addr add fd00::1/128 dev lo && ip addr add 8.8.8.8/32 dev lo';

/** A plain HTTP listener in a network namespace. It prints the keys that it received. */
const LISTEN_AND_RUN = `
  const { createServer } = require('node:http');
  const { spawn } = require('node:child_process');
  const [bin, command, host] = process.argv.slice(1);
  const keys = [];
  let calls = 0;
  const server = createServer((request, response) => {
    calls++;
    if (request.headers.authorization) keys.push(request.headers.authorization);
    response.writeHead(request.method === 'GET' ? 200 : 401, { 'content-type': 'application/json' });
    response.end(request.method === 'GET' ? '{"data":[{"id":"m"}]}' : '{"error":{"message":"no"}}');
  });
  let connections = 0;
  server.on('connection', () => connections++);
  server.listen(0, '::', () => {
    const url = 'https://' + host + ':' + server.address().port + '/v1';
    const child = spawn(process.execPath, [bin, command, '--endpoint', url, '--model', 'm'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk) => { stdout += chunk; });
    child.on('close', (code) => {
      console.log(JSON.stringify({ keys, calls, connections, code, stdout }));
      process.exit(0);
    });
  });`;

function hasOwnNetwork(): boolean {
  const made = spawnSync('unshare', ['-Urn', 'sh', '-c', OWN_NETWORK], { stdio: 'ignore' });
  return made.status === 0;
}

interface Received {
  keys: string[];
  calls: number;
  connections: number;
  code: number;
  stdout: string;
}

function listen(command: 'check' | 'doctor', host: string): Received {
  const home = mkdtempSync(join(tmpdir(), 'cab-clear-'));
  try {
    const inside = `${OWN_NETWORK} && exec "$0" -e "$1" "$2" "$3" "$4"`;
    const args = ['-Urn', 'sh', '-c', inside, process.execPath, LISTEN_AND_RUN, BIN, command, host];
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: home,
      XDG_CACHE_HOME: inject('cacheHome'),
      CAB_KEY: KEY,
    };
    return JSON.parse(execFileSync('unshare', args, { env, encoding: 'utf8' }));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const missing = hasOwnNetwork() ? null : 'permission to create a network namespace';

describe('an https:// endpoint that does not speak TLS', () => {
  for (const command of ['check', 'doctor'] as const) {
    for (const [name, host] of Object.entries(PUBLIC)) {
      attack(`receive the key of ${command} unencrypted at ${name}`, { aim: 'key', missing }, () => {
        // Proof that the listener works: at a private address it receives the key.
        const control = listen(command, PRIVATE);
        expect(control.keys).toContain(`Bearer ${KEY}`);
        const received = listen(command, host);
        expect(received.connections).toBeGreaterThan(0);
        expect(received.keys).toEqual([]);
        expect(received.calls).toBe(0);
        expect(received.code).toBe(3);
        expect(received.stdout).toContain('TLS');
      });
    }
  }
});
