import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseSandbox } from '../../../src/sandbox/choose-sandbox.js';
import { killLeftovers } from '../../../src/sandbox/processes/family.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { bubblewrap, named } from '../../needs.js';
import { testHost } from '../host/test-host.js';
import { openFixture, processesWithText, type SandboxFixture, until } from './sandbox-fixture.js';

const probeFixture = openFixture();
const { sandbox: best } = await chooseSandbox({ mode: 'auto', host: testHost(probeFixture.host) });
afterAll(() => probeFixture.close());

let fixture: SandboxFixture;
let token: string;
beforeEach(() => {
  fixture = openFixture();
  // A duration for sleep that no other process has in its command line.
  token = `3000.${process.pid}${Math.floor(Math.random() * 1e9)}`;
});
afterEach(async () => {
  // An escaped fork bomb stops when it sees this file.
  writeFileSync(inWork('stop'), '');
  await fixture.close();
  for (const pid of processesWithText(token)) process.kill(pid, 'SIGKILL');
});

const inWork = (name: string) => join(fixture.work, name);
const text = (name: string) => readFileSync(inWork(name), 'utf8');
const sh = (script: string) => ['sh', '-c', script];
/** Shell code that waits until that many files `up-*` exist. */
const awaitUp = (count: number) => `while [ "$(ls | grep -c ^up-)" -lt ${count} ]; do sleep 0.01; done`;

/** Every way to leave the process tree, with the environment unchanged. */
const escapees = () => `
  sleep ${token} & : > up-child
  setsid sh -c ': > up-session; sleep ${token}' &
  (sh -c ': > up-orphan; sleep ${token}' &)
  (setsid sh -c ': > up-daemon; sleep ${token}' &)
  nohup sh -c ': > up-nohup; sleep ${token}' >/dev/null 2>&1 &
  setsid sh -c "trap '' TERM INT HUP; : > up-deaf; sleep ${token}; sleep ${token}" &
  ${awaitUp(6)}`;

for (const [kind, sandbox, missing] of [
  ['none', noSandbox, null],
  ['bubblewrap', best, bubblewrap],
] as const) {
  describe.skipIf(missing)(named(`supervise under ${kind}`, missing), () => {
    test('forwards output, environment and exit code; stdin is empty', async () => {
      const env = { PATH: '/usr/bin:/bin', ONLY: 'this' };
      const { code, signal, output, activeMs } = await fixture.run(
        sandbox,
        sh('cat; env; echo err >&2; exit 7'),
        { env },
      );
      expect({ code, signal }).toEqual({ code: 7, signal: null });
      const names = output.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
      expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).sort()).toEqual([
        'CAB_RUN',
        'ONLY',
        'PATH',
      ]);
      expect(output).toMatch(/^err$/m);
      expect(activeMs).toBeGreaterThan(0);
    });

    test('reports death by a signal', async () => {
      const { code, signal } = await fixture.run(sandbox, sh('kill -9 $$'));
      const expected =
        kind === 'none'
          ? { code: null, signal: 'SIGKILL' }
          : { code: 128 + constants.signals.SIGKILL, signal: null };
      expect({ code, signal }).toEqual(expected);
    });

    test('delivers megabytes of output completely', async () => {
      const script = `process.stdout.write('x'.repeat(5e6))`;
      expect((await fixture.run(sandbox, [process.execPath, '-e', script])).output.length).toBe(5e6);
    });

    test('attack: after a normal exit, escaped processes are dead when `exited` settles', async () => {
      const { code } = await fixture.run(sandbox, sh(`${escapees()}; exit 5`));
      expect(code).toBe(5);
      expect(processesWithText(token)).toEqual([]);
    });

    test('attack: escaped processes and processes that ignore SIGTERM are dead when stop returns', async () => {
      const running = await fixture.start(sandbox, sh(`${escapees()}; : > ready; wait; sleep ${token}`));
      await until(() => existsSync(inWork('ready')));
      expect(processesWithText(token).length).toBeGreaterThanOrEqual(6);
      await running.stop();
      expect(processesWithText(token)).toEqual([]);
      await running.stop();
    });

    test('attack: stops a fork bomb with short-lived generations', async () => {
      // Each generation starts the next one in a new session and exits. If the last one runs, it writes a file: the bomb was not stopped.
      const generation = `[ -e stop ] && exit; [ "$1" -gt 0 ] || { : > burnt-out; exit; }
        sleep ${token} & (setsid sh bomb.sh $(($1 - 1)) ${token} &); sleep 0.05`;
      writeFileSync(inWork('bomb.sh'), generation);
      const running = await fixture.start(sandbox, sh(`sh bomb.sh 4000 ${token}; sleep ${token}`));
      await until(() => processesWithText(token).length > 8);
      await running.stop();
      expect(processesWithText(token)).toEqual([]);
      expect(existsSync(inWork('burnt-out'))).toBe(false);
    });

    test('sends SIGTERM first, once, and gives the command time to handle it', async () => {
      const script = `process.on('SIGTERM', () => { fs.appendFileSync('bye', 'x'); setTimeout(() => process.exit(3), 50) });
      fs.writeFileSync('ready', ''); setInterval(() => {}, 1000)`;
      const running = await fixture.start(sandbox, [
        process.execPath,
        '-e',
        `const fs = require('fs'); ${script}`,
      ]);
      await until(() => existsSync(inWork('ready')));
      await running.stop();
      expect(text('bye')).toBe('x');
      expect((await running.exited).code).toBe(3);
    });

    test('counts the children of the command, but not its daemons', async () => {
      const script = `(setsid sh -c ': > up-daemon; sleep ${token}' &) ; ${awaitUp(1)}
      sleep ${token} & sleep ${token} & : > ready; wait`;
      const running = await fixture.start(sandbox, sh(script));
      await until(() => existsSync(inWork('ready')) && processesWithText(token).length >= 4);
      expect(running.toolChildren(0)).toBe(2);
      expect(running.toolChildren(1)).toBe(1);
      expect(running.toolChildren(5)).toBe(0);
      await running.stop();
      expect(running.toolChildren(0)).toBe(0);
    });
  });
}

test('attack: an untraceable process that holds stdout open does not block the exit', async () => {
  const script = `(env -i setsid sh -c ': > up-holder; exec sleep ${token}' &) ; ${awaitUp(1)}; echo said; exit 3`;
  const { code, output } = await fixture.run(noSandbox, sh(script));
  expect({ code, output }).toEqual({ code: 3, output: 'said\n' });
  expect(processesWithText(token).length).toBe(1);
});

test('attack: a daemon that clears its environment is found, because it was seen while it was a child', async () => {
  const script = `env -i setsid sh -c ': > up-wiped; sleep ${token}' & ${awaitUp(1)}; while :; do sleep 0.01; done`;
  const running = await fixture.start(noSandbox, sh(script));
  await until(() => existsSync(inWork('up-wiped')));
  expect(running.toolChildren(0)).toBeGreaterThan(0);
  process.kill(running.pid, 'SIGKILL');
  await running.exited;
  expect(processesWithText(token)).toEqual([]);
});

test('a missing program or directory is an error with its name', async () => {
  await expect(fixture.start(noSandbox, ['/no/such/agent'])).rejects.toMatchObject({
    code: 'harness.spawn_failed',
    message: expect.stringContaining('/no/such/agent'),
  });
  await expect(fixture.start(noSandbox, sh('true'), { cwd: '/no/such/dir' })).rejects.toThrow('/no/such/dir');
});

/** Starts the wrapped command from another process, which the test kills because it cannot kill itself. */
async function startFromAnother(sandbox: Sandbox, script: string) {
  const env = { PATH: '/usr/bin:/bin', CAB_RUN: fixture.marker };
  const policy = { cwd: fixture.work, writable: [fixture.work], readable: [], masked: [], meter: null, env };
  const wrapped = sandbox.wrap(sh(script), policy);
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `const { argv: [command, ...args], env } = JSON.parse(process.argv[1]);
       require('child_process').spawn(command, args, { env, cwd: process.argv[2], detached: true, stdio: 'ignore' });
       setInterval(() => {}, 1000);`,
      JSON.stringify(wrapped),
      fixture.work,
    ],
    { stdio: 'ignore' },
  );
  return parent;
}

test.skipIf(bubblewrap)(
  named('attack: nothing inside a sandbox survives kill -9 of the parent', bubblewrap),
  async () => {
    const parent = await startFromAnother(best, `${escapees()}; : > ready; wait`);
    await until(() => existsSync(inWork('ready')));
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => processesWithText(token).length === 0);
  },
);

test('killLeftovers finds processes by their marker after kill -9 of the parent', async () => {
  const parent = await startFromAnother(noSandbox, `${escapees()}; : > ready; wait`);
  await until(() => existsSync(inWork('ready')));
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(processesWithText(token).length).toBeGreaterThan(0);
  await killLeftovers(fixture.marker);
  expect(processesWithText(token)).toEqual([]);
});
