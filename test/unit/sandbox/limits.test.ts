import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LimitHit } from '../../../src/model/limits.js';
import { defaultLimits, type Limits } from '../../../src/sandbox/limits/limits.js';
import { withFileLimit } from '../../../src/sandbox/limits/supervise-limited.js';
import { watchLimits } from '../../../src/sandbox/limits/watch-limits.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { linux, named } from '../../needs.js';
import { openFixture, type SandboxFixture } from './sandbox-fixture.js';

let fixture: SandboxFixture;
beforeEach(() => {
  fixture = openFixture();
});
afterEach(() => fixture.close());

const MB = 1024 * 1024;

/** Runs a script until it exceeds a limit. */
async function firstHit(script: string, limits: Partial<Limits>): Promise<LimitHit> {
  const running = await fixture.start(noSandbox, ['sh', '-c', script]);
  const hit = await new Promise<LimitHit>((onHit) => {
    const all = { ...defaultLimits(), ...limits };
    const watch = watchLimits({ limits: all, usage: running.usage, dirs: [fixture.work], onHit });
    onTestFinished(() => watch.stop());
  });
  await running.stop();
  return hit;
}

test('attack: a growing file', async () => {
  const script = 'while :; do head -c 1000000 /dev/zero >> big; sleep 0.01; done';
  expect(await firstHit(script, { diskBytes: 5 * MB })).toMatchObject({
    kind: 'disk',
    what: 'it had written 5 MB, which is the limit',
  });
});

test('attack: endlessly many files in nested directories', async () => {
  const script = 'while :; do mkdir d; cd d; : > 1; : > 2; : > 3; done';
  expect(await firstHit(script, { files: 200 })).toMatchObject({
    kind: 'disk',
    what: expect.stringContaining('200 files'),
  });
});

test.skipIf(linux)(named('attack: growing memory, spread over processes', linux), async () => {
  const hog = `${process.execPath} -e "const kept = []; setInterval(() => kept.push(Buffer.alloc(4e6, 1)), 20)"`;
  const hit = await firstHit(`${hog} & ${hog} & wait`, { memoryBytes: 300 * MB });
  expect(hit).toMatchObject({ kind: 'memory', what: expect.stringContaining('and 300 MB is the limit') });
});

test('attack: endlessly many processes', async () => {
  const script = 'n=0; while [ $n -lt 60 ]; do sleep 3000 & n=$((n+1)); done; wait';
  expect(await firstHit(script, { processes: 40 })).toMatchObject({ kind: 'processes' });
});

test('attack: the kernel refuses a file larger than the disk limit', async () => {
  const script = ['sh', '-c', 'dd if=/dev/zero of=big bs=1M count=9; echo after'];
  await fixture.run(noSandbox, withFileLimit(script, { diskBytes: 3 * MB }));
  expect(statSync(join(fixture.work, 'big')).size).toBe(3 * MB);
});

test('does not stop a command within its limits', async () => {
  const running = await fixture.start(noSandbox, ['sh', '-c', 'echo x > file; sleep 1.3']);
  const hits: LimitHit[] = [];
  const watch = watchLimits({
    ...{ limits: defaultLimits(), usage: running.usage, dirs: [fixture.work, '/no/such/dir'] },
    onHit: (hit) => hits.push(hit),
  });
  await running.exited;
  watch.stop();
  expect(hits).toEqual([]);
});
