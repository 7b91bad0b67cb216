import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { chooseSandbox } from '../../src/sandbox/choose-sandbox.js';
import { type Sandbox, WRAPPERS, type Wrapper } from '../../src/sandbox/sandbox.js';
import { noSandbox } from '../../src/sandbox/wrappers/no-sandbox.js';
import { testHost } from '../host/test-host.js';
import { bubblewrap, landlock, type Missing, named, unshare } from '../needs.js';
import { openRange, processesSaying, type TestRange, until } from './test-range.js';

async function found(mode: Wrapper): Promise<Sandbox> {
  const range = openRange();
  const { sandbox } = await chooseSandbox({ mode, host: testHost(range.host) });
  await range.close();
  return sandbox;
}

/** Seen without this program: a sandbox that works here and that it does not find is a failure. */
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

/** Each attack is run without a sandbox too, where it has to succeed: one that fails anywhere proves nothing. */
for (const kind of WRAPPERS) {
  const missing = MISSING[kind];
  describe.skipIf(missing)(named(`attacks on ${kind}`, missing), () => {
    let range: TestRange;
    let sandbox: Sandbox;
    beforeAll(async () => {
      range = openRange();
      sandbox = await found(kind);
    });
    afterAll(() => range.close());
    const at = (path: string) => join(range.root, path);

    test('output, exit code and the one writable directory', async () => {
      const script = 'echo made > file; cat file; test -w . || echo no; : > /dev/null; exit 7';
      expect(await range.run(sandbox, sh(script))).toMatchObject({ code: 7, output: 'made\n' });
      expect(readFileSync(join(range.work, 'file'), 'utf8')).toBe('made\n');
    });

    test('attack: filling the memory through the places for scratch', async () => {
      const script =
        'for dir in /tmp /dev/shm; do fallocate -l 1100M $dir/x && echo filled; rm -f $dir/x; done 2>&1; true';
      expect((await range.run(sandbox, sh(script))).output).not.toContain('filled');
    });

    test('attack: writing outside, by path, by symbolic link, by hard link, by rename', async () => {
      mkdirSync(at('outside'));
      writeFileSync(at('outside/kept'), 'kept');
      const outside = at('outside');
      const attack = sh(`echo gotcha > ${outside}/file; echo gotcha >> ${outside}/kept; rm -f ${outside}/kept
        ln -sfn ${outside} link; echo gotcha > link/linked; ln ${outside}/kept hard && echo gotcha >> hard
        echo x > mine; mv mine ${outside}/moved; mkdir ${outside}/dir`);
      await range.run(sandbox, attack, { readable: [process.execPath, outside] });
      await range.run(sandbox, attack);
      expect(readFileSync(at('outside/kept'), 'utf8')).toBe('kept');
      expect(['file', 'linked', 'moved', 'dir'].filter((name) => existsSync(at(`outside/${name}`)))).toEqual(
        [],
      );
      await range.run(noSandbox, attack);
      expect(existsSync(at('outside/kept'))).toBe(false);
      expect(existsSync(at('outside/linked'))).toBe(true);
    });

    test('attack: writing to the system and giving the kernel orders', async () => {
      const dirs = '/ /etc /usr /usr/bin /var /var/tmp /opt /root /home';
      const { output } = await range.run(
        sandbox,
        sh(`for d in ${dirs}; do touch $d/cab-x 2>/dev/null && echo $d; done
          for f in kernel/core_pattern kernel/hostname; do
            (cat /proc/sys/$f > /proc/sys/$f) 2>/dev/null && echo $f; done; true`),
      );
      expect(output).toBe('');
    });

    test('attack: reading the home and what is masked, by whatever name', async () => {
      mkdirSync(join(range.home, '.ssh'));
      writeFileSync(join(range.home, '.ssh/id_ed25519'), 'planted-secret');
      mkdirSync(at('store'));
      writeFileSync(at('store/record'), 'planted-secret');
      writeFileSync(at('key-file'), 'planted-secret');
      symlinkSync(range.home, at('alias'));
      const attack = sh(
        `cat ${range.home}/.ssh/id_ed25519 ${at('alias')}/.ssh/* /proc/self/root${range.home}/.ssh/id_ed25519 ${at('store')}/* ${at('key-file')}`,
      );
      const policy = { masked: [range.home, at('store'), at('key-file')] };
      expect((await range.run(sandbox, attack, policy)).output).not.toContain('planted-secret');
      expect((await range.run(noSandbox, attack)).output).toContain('planted-secret');
    });

    test('attack: the secret half of something readable', async () => {
      mkdirSync(at('package/tasks/hidden'), { recursive: true });
      writeFileSync(at('package/tasks/hidden/answer'), 'planted-secret');
      writeFileSync(at('package/tool'), 'tool');
      const policy = { readable: [at('package')], masked: [at('package/tasks')] };
      const { output } = await range.run(
        sandbox,
        sh(`cat ${at('package')}/tool ${at('package')}/tasks/hidden/*`),
        policy,
      );
      expect(output).toMatch(/^tool/);
      expect(output).not.toContain('planted-secret');
    });

    test('attack: the environment and the life of a process outside', async () => {
      const keeper = spawn('sleep', ['3000'], { env: { KEY: 'planted-secret' }, stdio: 'ignore' });
      onTestFinished(() => {
        keeper.kill('SIGKILL');
      });
      await once(keeper, 'spawn');
      const attack = sh(`cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; kill -9 ${keeper.pid}`);
      expect((await range.run(sandbox, attack)).output).not.toContain('planted-secret');
      expect(keeper.signalCode).toBeNull();
      expect((await range.run(noSandbox, attack)).output).toContain('planted-secret');
      await until(() => keeper.signalCode === 'SIGKILL');
    });

    test('attack: another port of this machine', async () => {
      const { port, reached } = await listen('127.0.0.1');
      const attack = node(
        `fetch('http://127.0.0.1:${port}').then((r) => console.log(r.status), () => console.log('no'))`,
      );
      expect((await range.run(sandbox, attack)).output).toBe('no\n');
      expect(reached()).toBe(0);
      expect((await range.run(noSandbox, attack)).output).toBe('200\n');
    });

    test('attack: capabilities, and a user namespace to get some', async () => {
      const attack = sh(
        'grep NoNewPrivs /proc/$$/status || grep NoNewPrivs /proc/self/status; mount -t tmpfs x /opt && echo mounted',
      );
      const { output } = await range.run(sandbox, attack);
      expect(output).not.toContain('mounted');
      const nested = sh('unshare --user --map-root-user --mount mount -t tmpfs x /opt && echo mounted; true');
      expect((await range.run(sandbox, nested)).output).not.toContain('mounted\n');
    });

    const noEnd = kind === 'landlock' || kind === 'seatbelt' ? 'processes that end together' : null;
    test.skipIf(noEnd)(named('attack: strays die with it, whatever they forget', noEnd), async () => {
      expect(sandbox.endsTogether).toBe(true);
      const token = `3000.${process.pid}${Math.floor(Math.random() * 1e9)}`;
      const script = `(env -i setsid sh -c 'sleep ${token}' &); env -i setsid sleep ${token} & : > up; wait`;
      const running = await range.start(sandbox, sh(script));
      await until(() => existsSync(join(range.work, 'up')));
      await running.stop();
      expect(processesSaying(`sleep\0${token}`)).toEqual([]);
    });
  });
}
