import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LimitHit } from '../../src/model/limits.js';
import { defaultLimits, type Limits } from '../../src/sandbox/limits/limits.js';
import { withFileLimit } from '../../src/sandbox/limits/supervise-limited.js';
import { watchLimits } from '../../src/sandbox/limits/watch-limits.js';
import { noSandbox } from '../../src/sandbox/wrappers/no-sandbox.js';
import { linux, named } from '../needs.js';
import { openRange, type TestRange } from './test-range.js';

let range: TestRange;
beforeEach(() => {
  range = openRange();
});
afterEach(() => range.close());

const MB = 1024 * 1024;

/** Runs a greedy script until a limit is told. */
async function firstHit(script: string, limits: Partial<Limits>): Promise<LimitHit> {
  const running = await range.start(noSandbox, ['sh', '-c', script]);
  const hit = await new Promise<LimitHit>((onHit) => {
    const all = { ...defaultLimits(), ...limits };
    const watch = watchLimits({ limits: all, usage: running.usage, dirs: [range.work], onHit });
    onTestFinished(() => watch.stop());
  });
  await running.stop();
  return hit;
}

test('attack: a file that grows', async () => {
  const script = 'while :; do head -c 1000000 /dev/zero >> big; sleep 0.01; done';
  expect(await firstHit(script, { diskBytes: 5 * MB })).toMatchObject({
    kind: 'disk',
    what: 'it had written 5 MB, which is the limit',
  });
});

test('attack: files without end, in directories below each other', async () => {
  const script = 'while :; do mkdir d; cd d; : > 1; : > 2; : > 3; done';
  expect(await firstHit(script, { files: 200 })).toMatchObject({
    kind: 'disk',
    what: expect.stringContaining('200 files'),
  });
});

test.skipIf(linux)(named('attack: memory that grows, spread over processes', linux), async () => {
  const hog = `${process.execPath} -e "const kept = []; setInterval(() => kept.push(Buffer.alloc(4e6, 1)), 20)"`;
  const hit = await firstHit(`${hog} & ${hog} & wait`, { memoryBytes: 300 * MB });
  expect(hit).toMatchObject({ kind: 'memory', what: expect.stringContaining('and 300 MB is the limit') });
});

test('attack: processes without end', async () => {
  const script = 'n=0; while [ $n -lt 60 ]; do sleep 3000 & n=$((n+1)); done; wait';
  expect(await firstHit(script, { processes: 40 })).toMatchObject({ kind: 'processes' });
});

test('attack: one file larger than the disk limit is refused by the kernel', async () => {
  const script = ['sh', '-c', 'dd if=/dev/zero of=big bs=1M count=9; echo after'];
  await range.run(noSandbox, withFileLimit(script, { diskBytes: 3 * MB }));
  expect(statSync(join(range.work, 'big')).size).toBe(3 * MB);
});

test('within its limits a command is left alone', async () => {
  const running = await range.start(noSandbox, ['sh', '-c', 'echo x > file; sleep 1.3']);
  const hits: LimitHit[] = [];
  const watch = watchLimits({
    ...{ limits: defaultLimits(), usage: running.usage, dirs: [range.work, '/no/such/dir'] },
    onHit: (hit) => hits.push(hit),
  });
  await running.exited;
  watch.stop();
  expect(hits).toEqual([]);
});
