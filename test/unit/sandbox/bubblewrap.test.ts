import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { findOnPath } from '../../../src/host/find-on-path.js';
import { chooseSandbox } from '../../../src/sandbox/choose-sandbox.js';
import { bubblewrap } from '../../../src/sandbox/wrappers/bubblewrap.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { bubblewrap as missing, named, unshare } from '../../needs.js';
import { testHost } from '../host/test-host.js';
import { openFixture, until } from './sandbox-fixture.js';

const fixture = openFixture();
afterAll(() => fixture.close());
const { sandbox } = await chooseSandbox({ mode: 'auto', host: testHost(fixture.host) });

// Hooks do not run when all tests of a file are skipped.
if (missing !== null) await fixture.close();

const sh = (script: string) => ['sh', '-c', script];
const node = (script: string) => [process.execPath, '-e', script];
const at = (path: string) => join(fixture.root, path);

async function listen(listener: RequestListener, where: { path: string } | { port: 0; host: string }) {
  const server = createServer(listener).listen(where);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return server;
}

async function meterAt(name: string, listener: RequestListener) {
  const socketPath = at(name);
  await listen(listener, { path: socketPath });
  return { port: 18080, socketPath };
}

/** Each attack also runs without a sandbox and must succeed there: an attack that always fails proves nothing. */
describe.skipIf(missing)(named('attacks on bubblewrap', missing), () => {
  test('attack: writing outside the workspace', async () => {
    mkdirSync(at('outside'));
    const attack = sh(`echo gotcha > ${at('outside')}/file`);
    await fixture.run(sandbox, attack, { readable: [process.execPath, at('outside')] });
    await fixture.run(sandbox, attack);
    expect(existsSync(at('outside/file'))).toBe(false);
    await fixture.run(noSandbox, attack);
    expect(readFileSync(at('outside/file'), 'utf8')).toBe('gotcha\n');
  });

  test('attack: writing to system directories', async () => {
    const { output } = await fixture.run(
      sandbox,
      sh(
        'for d in / /etc /usr /usr/bin /var /var/tmp /run /root /home /opt; do touch $d/cab-x 2>/dev/null && echo $d; done',
      ),
    );
    expect(output).toBe('');
  });

  test('attack: writing through a symbolic link out of the workspace', async () => {
    mkdirSync(at('target'));
    const attack = sh(`ln -sfn ${at('target')} link && echo gotcha > link/file`);
    await fixture.run(sandbox, attack);
    expect(existsSync(at('target/file'))).toBe(false);
    await fixture.run(noSandbox, attack);
    expect(existsSync(at('target/file'))).toBe(true);
  });

  test('attack: reading masked files under other names', async () => {
    writeFileSync(join(fixture.home, '.netrc'), 'planted-secret');
    symlinkSync(fixture.home, at('alias'));
    const attack = sh(
      `cat ${fixture.home}/.netrc ${at('alias')}/.netrc /proc/self/root${fixture.home}/.netrc; ls -A ${fixture.home}`,
    );
    expect((await fixture.run(sandbox, attack)).output).not.toMatch(/planted-secret|^\.netrc$/m);
    expect((await fixture.run(noSandbox, attack)).output).toContain('planted-secret');
  });

  test('attack: dumping the environment, command line and memory of every process', async () => {
    const secret = `planted-${randomBytes(12).toString('hex')}`;
    const outside = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', `argv:${secret}`], {
      env: { KEY: `env:${secret}` },
      stdio: 'ignore',
    });
    onTestFinished(() => {
      outside.kill('SIGKILL');
    });
    await once(outside, 'spawn');
    const dump = `
      const fs = require('fs');
      const read = (f) => { try { return fs.readFileSync(f, 'latin1') } catch { return '' } };
      for (const pid of fs.readdirSync('/proc').filter((n) => /^[0-9]+$/.test(n))) {
        console.log(read('/proc/' + pid + '/environ'), read('/proc/' + pid + '/cmdline'));
        for (const line of read('/proc/' + pid + '/maps').split('\\n').filter((l) => l.includes('[stack]'))) {
          const [from, to] = line.split(' ')[0].split('-').map((hex) => parseInt(hex, 16));
          try {
            const fd = fs.openSync('/proc/' + pid + '/mem', 'r');
            const memory = Buffer.alloc(to - from);
            fs.readSync(fd, memory, 0, memory.length, from);
            console.log('mem', memory.toString('latin1'));
          } catch {}
        }
      }`;
    const isLeaked = (output: string) => output.includes(secret);
    expect(isLeaked((await fixture.run(sandbox, node(dump))).output)).toBe(false);
    expect(isLeaked((await fixture.run(noSandbox, node(dump))).output)).toBe(true);
  });

  test('attack: reading the environment from the command line', async () => {
    const env = { PATH: '/usr/bin:/bin', TOKEN: 'planted-token' };
    const { argv } = sandbox.wrap(sh('true'), {
      ...{ cwd: fixture.work, writable: [], readable: [], masked: [], meter: null },
      env,
    });
    expect(argv.join(' ')).not.toContain('planted-token');
  });

  test('attack: signalling outside processes', async () => {
    const victim = spawn('sleep', ['3000'], { stdio: 'ignore' });
    onTestFinished(() => {
      victim.kill('SIGKILL');
    });
    await once(victim, 'spawn');
    await fixture.run(sandbox, sh(`kill -9 ${victim.pid}`));
    expect(victim.exitCode ?? victim.signalCode).toBeNull();
    process.kill(victim.pid ?? 0, 0);
    await fixture.run(noSandbox, sh(`kill -9 ${victim.pid}`));
    await until(() => victim.signalCode === 'SIGKILL');
  });

  test('attack: reaching another loopback port, with the bridge and without', async () => {
    let reached = 0;
    const server = await listen((_request, response) => response.end(String(reached++)), {
      port: 0,
      host: '127.0.0.1',
    });
    const { port } = server.address() as AddressInfo;
    const attack = node(
      `fetch('http://127.0.0.1:${port}').then((r) => console.log(r.status), (e) => console.log(e.cause.code))`,
    );
    const meter = await meterAt('meter-a.sock', (_request, response) => response.end());
    expect((await fixture.run(sandbox, attack)).output).toBe('ECONNREFUSED\n');
    expect((await fixture.run(sandbox, attack, { meter })).output).toBe('ECONNREFUSED\n');
    expect(reached).toBe(0);
    expect((await fixture.run(noSandbox, attack)).output).toBe('200\n');
  });

  test('attack: reaching the internet or a name server', async () => {
    const attack = node(`
      require('net').connect(443, '192.0.2.1').on('error', (e) => console.log(e.code));
      const udp = require('dgram').createSocket('udp4');
      udp.send('x', 53, '192.0.2.1', (e) => { console.log(e.code); udp.close() });`);
    expect((await fixture.run(sandbox, attack)).output).toBe('ENETUNREACH\nENETUNREACH\n');
  });

  test('attack: undoing the mounts', async () => {
    mkdirSync(at('sealed'));
    writeFileSync(join(fixture.home, 'under-the-mask'), '');
    const attack = `
      grep CapEff /proc/self/status
      mount -o remount,bind,rw ${at('sealed')}; mount -o remount,rw /; echo gotcha > ${at('sealed')}/file
      umount -l ${fixture.home}; ls ${fixture.home}`;
    const { output } = await fixture.run(sandbox, sh(attack), { readable: [at('sealed')] });
    expect(output).toMatch(/^CapEff:\t0+$/m);
    expect(output).not.toContain('under-the-mask');
    expect(existsSync(at('sealed/file'))).toBe(false);
  });

  test.skipIf(unshare)(named('attack: creating a user namespace', unshare), async () => {
    expect((await fixture.run(sandbox, sh('unshare --user true'))).code).not.toBe(0);
  });

  test('attack: leaving files in /tmp for the next command', async () => {
    const name = `/tmp/cab-scratch-${process.pid}`;
    expect((await fixture.run(sandbox, sh(`echo x > ${name} && cat ${name}`))).output).toBe('x\n');
    expect(existsSync(name)).toBe(false);
    expect((await fixture.run(sandbox, sh(`cat ${name}`))).code).not.toBe(0);
  });
});

describe.skipIf(missing)(named('the bridge', missing), () => {
  test('carries whole requests and answers between the loopback port and the meter', async () => {
    const meter = await meterAt('meter-b.sock', (request, response) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      request.on('end', () => response.end(`${request.url} ${bytes} ${'y'.repeat(3e6)}`));
    });
    const call = node(`fetch('http://127.0.0.1:18080/v1/x', { method: 'POST', body: 'x'.repeat(2e6) })
      .then((r) => r.text()).then((t) => console.log(t.slice(0, 13), t.length))`);
    expect((await fixture.run(sandbox, call, { meter })).output).toBe('/v1/x 2000000 3000014\n');
  });

  test.each(['end', 'resetAndDestroy'])('a request aborted by %s ends at the meter too', async (abort) => {
    let closed = false;
    const meter = await meterAt(`meter-${abort}.sock`, (_request, response) => {
      response.write('data: 1\n\n');
      response.on('close', () => {
        closed = true;
      });
    });
    const call = node(`const socket = require('net').connect(18080, '127.0.0.1');
      socket.write('GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n');
      socket.on('data', () => socket.${abort}()); setInterval(() => {}, 1000)`);
    const running = await fixture.start(sandbox, call, { meter });
    await until(() => closed);
    await running.stop();
  });

  test('a missing meter breaks the connection, but does not crash the bridge', async () => {
    writeFileSync(at('meter-d.sock'), '');
    const meter = { port: 18080, socketPath: at('meter-d.sock') };
    const call = node(`const socket = require('net').connect(18080, '127.0.0.1');
      socket.on('error', (e) => console.log(e.code)).on('close', () => process.exit(6))`);
    expect(await fixture.run(sandbox, call, { meter })).toMatchObject({ code: 6, output: 'ECONNRESET\n' });
  });

  test.each([
    ['exit 9', 9, ''],
    ['kill -TERM $$', 143, ''],
    ['kill -KILL $$', 137, ''],
  ])('%s exits with %d', async (script, code) => {
    const meter = await meterAt('meter-e.sock', (_request, response) => response.end());
    expect((await fixture.run(sandbox, sh(script), { meter })).code).toBe(code);
  });

  test('reports a missing command', async () => {
    const meter = await meterAt('meter-f.sock', (_request, response) => response.end());
    const { code, output } = await fixture.run(sandbox, ['/no/such/agent'], { meter });
    expect(code).toBe(127);
    expect(output).toContain('cannot run /no/such/agent');
  });

  test('stop sends the command one SIGTERM, and its children are counted', async () => {
    const meter = await meterAt('meter-g.sock', (_request, response) => response.end());
    const script = `const fs = require('fs'); require('child_process').spawn('sleep', ['3000']);
      process.on('SIGTERM', () => { fs.appendFileSync('term', 'x'); setTimeout(() => process.exit(4), 50) });
      fs.writeFileSync('up', '')`;
    const running = await fixture.start(sandbox, node(script), { meter });
    await until(() => existsSync(join(fixture.work, 'up')));
    expect(running.toolChildren(0)).toBe(1);
    await running.stop();
    expect(readFileSync(join(fixture.work, 'term'), 'utf8')).toBe('x');
    expect((await running.exited).code).toBe(4);
  });
});

test.skipIf(missing)(
  named('runs the bridge with a Node.js below a mask and behind symbolic links', missing),
  async () => {
    mkdirSync(join(fixture.home, 'versions'));
    symlinkSync('versions', join(fixture.home, 'current'));
    symlinkSync(process.execPath, join(fixture.home, 'versions/node'));
    const nodePath = join(fixture.home, 'current/node');
    const { bridgePath, home } = fixture;
    const hidden = bubblewrap({
      ...{ bwrapPath: findOnPath('bwrap', process.env.PATH ?? '') ?? '', nodePath, bridgePath, home },
      disableUserns: true,
    });
    const meter = await meterAt('meter-h.sock', (_request, response) => response.end());
    expect((await fixture.run(hidden, [nodePath, '-p', '6 * 7'], { meter })).output).toBe('42\n');
  },
);
