import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { chooseSandbox } from '../../../src/sandbox/choose-sandbox.js';
import { type Sandbox, WRAPPERS, type Wrapper } from '../../../src/sandbox/sandbox.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { bubblewrap, landlock, type Missing, named, unshare } from '../../needs.js';
import { testHost } from '../host/test-host.js';
import { openFixture, processesWithText, type SandboxFixture, until } from './sandbox-fixture.js';

async function openSandbox(mode: Wrapper): Promise<Sandbox> {
  const fixture = openFixture();
  const { sandbox } = await chooseSandbox({ mode, host: testHost(fixture.host) });
  await fixture.close();
  return sandbox;
}

/** Detected independently of the program, so that the tests fail when it misses a sandbox that works here. */
const MISSING: Record<Wrapper, Missing> = {
  ...{ bubblewrap, unshare, landlock },
  seatbelt: process.platform === 'darwin' ? null : 'macOS',
};

const sh = (script: string) => ['sh', '-c', script];
const node = (script: string) => [process.execPath, '-e', script];

async function listen(host: string): Promise<{ port: number; reached(): number }> {
  let reached = 0;
  const server = createServer((_request, response) => response.end(String(++reached))).listen(0, host);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, reached: () => reached };
}

/** Each attack also runs without a sandbox and must succeed there: an attack that always fails proves nothing. */
for (const kind of WRAPPERS) {
  const missing = MISSING[kind];
  describe.skipIf(missing)(named(`attacks on ${kind}`, missing), () => {
    let fixture: SandboxFixture;
    let sandbox: Sandbox;
    beforeAll(async () => {
      fixture = openFixture();
      sandbox = await openSandbox(kind);
    });
    afterAll(() => fixture.close());
    const at = (path: string) => join(fixture.root, path);

    test('returns output and exit code, and only the working directory is writable', async () => {
      const script = 'echo made > file; cat file; test -w . || echo no; : > /dev/null; exit 7';
      expect(await fixture.run(sandbox, sh(script))).toMatchObject({ code: 7, output: 'made\n' });
      expect(readFileSync(join(fixture.work, 'file'), 'utf8')).toBe('made\n');
    });

    test('attack: filling the memory through the scratch directories', async () => {
      const script =
        'for dir in /tmp /dev/shm; do fallocate -l 1100M $dir/x && echo filled; rm -f $dir/x; done 2>&1; true';
      expect((await fixture.run(sandbox, sh(script))).output).not.toContain('filled');
    });

    test('attack: writing outside, by path, by symbolic link, by hard link, by rename', async () => {
      mkdirSync(at('outside'));
      writeFileSync(at('outside/kept'), 'kept');
      const outside = at('outside');
      const attack = sh(`echo gotcha > ${outside}/file; echo gotcha >> ${outside}/kept; rm -f ${outside}/kept
        ln -sfn ${outside} link; echo gotcha > link/linked; ln ${outside}/kept hard && echo gotcha >> hard
        echo x > mine; mv mine ${outside}/moved; mkdir ${outside}/dir`);
      await fixture.run(sandbox, attack, { readable: [process.execPath, outside] });
      await fixture.run(sandbox, attack);
      expect(readFileSync(at('outside/kept'), 'utf8')).toBe('kept');
      expect(['file', 'linked', 'moved', 'dir'].filter((name) => existsSync(at(`outside/${name}`)))).toEqual(
        [],
      );
      await fixture.run(noSandbox, attack);
      expect(existsSync(at('outside/kept'))).toBe(false);
      expect(existsSync(at('outside/linked'))).toBe(true);
    });

    test('attack: writing to system directories and kernel settings', async () => {
      const dirs = '/ /etc /usr /usr/bin /var /var/tmp /opt /root /home';
      const { output } = await fixture.run(
        sandbox,
        sh(`for d in ${dirs}; do touch $d/cab-x 2>/dev/null && echo $d; done
          for f in kernel/core_pattern kernel/hostname; do
            (cat /proc/sys/$f > /proc/sys/$f) 2>/dev/null && echo $f; done; true`),
      );
      expect(output).toBe('');
    });

    test('attack: reading the home and masked files under other names', async () => {
      mkdirSync(join(fixture.home, '.ssh'));
      writeFileSync(join(fixture.home, '.ssh/id_ed25519'), 'planted-secret');
      mkdirSync(at('store'));
      writeFileSync(at('store/record'), 'planted-secret');
      writeFileSync(at('key-file'), 'planted-secret');
      symlinkSync(fixture.home, at('alias'));
      const attack = sh(
        `cat ${fixture.home}/.ssh/id_ed25519 ${at('alias')}/.ssh/* /proc/self/root${fixture.home}/.ssh/id_ed25519 ${at('store')}/* ${at('key-file')}`,
      );
      const policy = { masked: [fixture.home, at('store'), at('key-file')] };
      expect((await fixture.run(sandbox, attack, policy)).output).not.toContain('planted-secret');
      expect((await fixture.run(noSandbox, attack)).output).toContain('planted-secret');
    });

    test('attack: reading a masked directory below a readable one', async () => {
      mkdirSync(at('package/tasks/hidden'), { recursive: true });
      writeFileSync(at('package/tasks/hidden/answer'), 'planted-secret');
      writeFileSync(at('package/tool'), 'tool');
      const policy = { readable: [at('package')], masked: [at('package/tasks')] };
      const { output } = await fixture.run(
        sandbox,
        sh(`cat ${at('package')}/tool ${at('package')}/tasks/hidden/*`),
        policy,
      );
      expect(output).toMatch(/^tool/);
      expect(output).not.toContain('planted-secret');
    });

    test('attack: reading the environment of an outside process, and killing it', async () => {
      const outside = spawn('sleep', ['3000'], { env: { KEY: 'planted-secret' }, stdio: 'ignore' });
      onTestFinished(() => {
        outside.kill('SIGKILL');
      });
      await once(outside, 'spawn');
      const attack = sh(`cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; kill -9 ${outside.pid}`);
      expect((await fixture.run(sandbox, attack)).output).not.toContain('planted-secret');
      expect(outside.signalCode).toBeNull();
      expect((await fixture.run(noSandbox, attack)).output).toContain('planted-secret');
      await until(() => outside.signalCode === 'SIGKILL');
    });

    test('attack: connecting to another port of this machine', async () => {
      const { port, reached } = await listen('127.0.0.1');
      const attack = node(
        `fetch('http://127.0.0.1:${port}').then((r) => console.log(r.status), () => console.log('no'))`,
      );
      expect((await fixture.run(sandbox, attack)).output).toBe('no\n');
      expect(reached()).toBe(0);
      expect((await fixture.run(noSandbox, attack)).output).toBe('200\n');
    });

    test('attack: mounting with capabilities or in a user namespace', async () => {
      const attack = sh(
        'grep NoNewPrivs /proc/$$/status || grep NoNewPrivs /proc/self/status; mount -t tmpfs x /opt && echo mounted',
      );
      const { output } = await fixture.run(sandbox, attack);
      expect(output).not.toContain('mounted');
      const nested = sh('unshare --user --map-root-user --mount mount -t tmpfs x /opt && echo mounted; true');
      expect((await fixture.run(sandbox, nested)).output).not.toContain('mounted\n');
    });

    const notTogether = kind === 'landlock' || kind === 'seatbelt' ? 'processes that end together' : null;
    test.skipIf(notTogether)(
      named('attack: detached processes without environment die with the sandbox', notTogether),
      async () => {
        expect(sandbox.endsTogether).toBe(true);
        const token = `3000.${process.pid}${Math.floor(Math.random() * 1e9)}`;
        const script = `(env -i setsid sh -c 'sleep ${token}' &); env -i setsid sleep ${token} & : > up; wait`;
        const running = await fixture.start(sandbox, sh(script));
        await until(() => existsSync(join(fixture.work, 'up')));
        await running.stop();
        expect(processesWithText(`sleep\0${token}`)).toEqual([]);
      },
    );
  });
}
