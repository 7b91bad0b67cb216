import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseSandbox } from '../../src/sandbox/choose-sandbox.js';
import { killLeftovers } from '../../src/sandbox/processes/family.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { noSandbox } from '../../src/sandbox/wrappers/no-sandbox.js';
import { testHost } from '../host/test-host.js';
import { bubblewrap, named } from '../needs.js';
import { openRange, processesSaying, type TestRange, until } from './test-range.js';

const probeRange = openRange();
const { sandbox: best } = await chooseSandbox({ mode: 'auto', host: testHost(probeRange.host) });
afterAll(() => probeRange.close());

let range: TestRange;
let token: string;
beforeEach(() => {
  range = openRange();
  // A number that sleep takes and that no other process has on its command line.
  token = `3000.${process.pid}${Math.floor(Math.random() * 1e9)}`;
});
afterEach(async () => {
  // A bomb that got away ends itself.
  writeFileSync(inWork('stop'), '');
  await range.close();
  for (const pid of processesSaying(token)) process.kill(pid, 'SIGKILL');
});

const inWork = (name: string) => join(range.work, name);
const text = (name: string) => readFileSync(inWork(name), 'utf8');
const sh = (script: string) => ['sh', '-c', script];
/** Ends a script once that many files `up-*` exist. */
const awaitUp = (count: number) => `while [ "$(ls | grep -c ^up-)" -lt ${count} ]; do sleep 0.01; done`;

/** Every way to leave the tree of processes, each still carrying its environment. */
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
    test('output, environment and exit code come through; stdin is empty', async () => {
      const env = { PATH: '/usr/bin:/bin', ONLY: 'this' };
      const { code, signal, output, activeMs } = await range.run(
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

    test('death by a signal is told apart', async () => {
      const { code, signal } = await range.run(sandbox, sh('kill -9 $$'));
      const expected =
        kind === 'none'
          ? { code: null, signal: 'SIGKILL' }
          : { code: 128 + constants.signals.SIGKILL, signal: null };
      expect({ code, signal }).toEqual(expected);
    });

    test('megabytes of output arrive whole', async () => {
      const script = `process.stdout.write('x'.repeat(5e6))`;
      expect((await range.run(sandbox, [process.execPath, '-e', script])).output.length).toBe(5e6);
    });

    test('attack: strays left after a normal exit are dead when exited settles', async () => {
      const { code } = await range.run(sandbox, sh(`${escapees()}; exit 5`));
      expect(code).toBe(5);
      expect(processesSaying(token)).toEqual([]);
    });

    test('attack: strays and those deaf to SIGTERM are dead when stop returns', async () => {
      const running = await range.start(sandbox, sh(`${escapees()}; : > ready; wait; sleep ${token}`));
      await until(() => existsSync(inWork('ready')));
      expect(processesSaying(token).length).toBeGreaterThanOrEqual(6);
      await running.stop();
      expect(processesSaying(token)).toEqual([]);
      await running.stop();
    });

    test('attack: a fork bomb of short generations is caught', async () => {
      // Each generation starts the next one in a session of its own and is gone; the last tells that none was caught.
      const generation = `[ -e stop ] && exit; [ "$1" -gt 0 ] || { : > burnt-out; exit; }
        sleep ${token} & (setsid sh bomb.sh $(($1 - 1)) ${token} &); sleep 0.05`;
      writeFileSync(inWork('bomb.sh'), generation);
      const running = await range.start(sandbox, sh(`sh bomb.sh 4000 ${token}; sleep ${token}`));
      await until(() => processesSaying(token).length > 8);
      await running.stop();
      expect(processesSaying(token)).toEqual([]);
      expect(existsSync(inWork('burnt-out'))).toBe(false);
    });

    test('SIGTERM comes first, once, and there is time to act on it', async () => {
      const script = `process.on('SIGTERM', () => { fs.appendFileSync('bye', 'x'); setTimeout(() => process.exit(3), 50) });
      fs.writeFileSync('ready', ''); setInterval(() => {}, 1000)`;
      const running = await range.start(sandbox, [
        process.execPath,
        '-e',
        `const fs = require('fs'); ${script}`,
      ]);
      await until(() => existsSync(inWork('ready')));
      await running.stop();
      expect(text('bye')).toBe('x');
      expect((await running.exited).code).toBe(3);
    });

    test('children of the command are counted, its daemons are not', async () => {
      const script = `(setsid sh -c ': > up-daemon; sleep ${token}' &) ; ${awaitUp(1)}
      sleep ${token} & sleep ${token} & : > ready; wait`;
      const running = await range.start(sandbox, sh(script));
      await until(() => existsSync(inWork('ready')) && processesSaying(token).length >= 4);
      expect(running.toolChildren(0)).toBe(2);
      expect(running.toolChildren(1)).toBe(1);
      expect(running.toolChildren(5)).toBe(0);
      await running.stop();
      expect(running.toolChildren(0)).toBe(0);
    });
  });
}

test('attack: a stray without any trace that holds stdout open does not hang us', async () => {
  const script = `(env -i setsid sh -c ': > up-holder; exec sleep ${token}' &) ; ${awaitUp(1)}; echo said; exit 3`;
  const { code, output } = await range.run(noSandbox, sh(script));
  expect({ code, output }).toEqual({ code: 3, output: 'said\n' });
  expect(processesSaying(token).length).toBe(1);
});

test('attack: a daemon that wipes its environment is remembered from when it was still a child', async () => {
  const script = `env -i setsid sh -c ': > up-wiped; sleep ${token}' & ${awaitUp(1)}; while :; do sleep 0.01; done`;
  const running = await range.start(noSandbox, sh(script));
  await until(() => existsSync(inWork('up-wiped')));
  expect(running.toolChildren(0)).toBeGreaterThan(0);
  process.kill(running.pid, 'SIGKILL');
  await running.exited;
  expect(processesSaying(token)).toEqual([]);
});

test('a program or directory that is not there is an error that names it', async () => {
  await expect(range.start(noSandbox, ['/no/such/agent'])).rejects.toMatchObject({
    code: 'harness.spawn_failed',
    message: expect.stringContaining('/no/such/agent'),
  });
  await expect(range.start(noSandbox, sh('true'), { cwd: '/no/such/dir' })).rejects.toThrow('/no/such/dir');
});

/** What stands in for us, so that it can be killed: starts the wrapped command and waits. */
async function startFromAnother(sandbox: Sandbox, script: string) {
  const env = { PATH: '/usr/bin:/bin', CAB_RUN: range.marker };
  const policy = { cwd: range.work, writable: [range.work], readable: [], masked: [], meter: null, env };
  const wrapped = sandbox.wrap(sh(script), policy);
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `const { argv: [command, ...args], env } = JSON.parse(process.argv[1]);
       require('child_process').spawn(command, args, { env, cwd: process.argv[2], detached: true, stdio: 'ignore' });
       setInterval(() => {}, 1000);`,
      JSON.stringify(wrapped),
      range.work,
    ],
    { stdio: 'ignore' },
  );
  return parent;
}

test.skipIf(bubblewrap)(
  named('attack: kill -9 of us leaves nothing of a sandbox behind', bubblewrap),
  async () => {
    const parent = await startFromAnother(best, `${escapees()}; : > ready; wait`);
    await until(() => existsSync(inWork('ready')));
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => processesSaying(token).length === 0);
  },
);

test('what kill -9 of us leaves without a sandbox is found again by its marker', async () => {
  const parent = await startFromAnother(noSandbox, `${escapees()}; : > ready; wait`);
  await until(() => existsSync(inWork('ready')));
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(processesSaying(token).length).toBeGreaterThan(0);
  await killLeftovers(range.marker);
  expect(processesSaying(token)).toEqual([]);
});
