import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LimitHit } from '../../../src/model/limits.js';
import { openCgroup } from '../../../src/sandbox/limits/cgroup.js';
import { defaultLimits, type Limits } from '../../../src/sandbox/limits/limits.js';
import { type LimitedOptions, superviseLimited } from '../../../src/sandbox/limits/supervise-limited.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { linux, named } from '../../needs.js';
import { openFixture, processesWithText, type SandboxFixture } from './sandbox-fixture.js';

const MB = 1024 * 1024;
/** The limits that a cgroup enforces on this machine. */
const probe = openCgroup(`test-${process.pid}`, { ...defaultLimits(), cpus: 1 });
const kernelHolds = probe?.holds ?? new Set();
await probe?.remove();
const cgroup = kernelHolds.has('tasks') ? null : 'a cgroup v2 that this user may divide';

let fixture: SandboxFixture;
beforeEach(() => {
  fixture = openFixture();
});
afterEach(() => fixture.close());

async function run(script: string, limits: Partial<Limits>, more: Partial<LimitedOptions> = {}) {
  const hits: LimitHit[] = [];
  let output = '';
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' };
  const running = await superviseLimited({
    argv: ['sh', '-c', script],
    sandbox: noSandbox,
    policy: { cwd: fixture.work, writable: [fixture.work], readable: [], masked: [], meter: null, env },
    marker: fixture.marker,
    limits: { ...defaultLimits(), ...limits },
    onHit: (hit) => {
      hits.push(hit);
      void running.stop();
    },
    onStdout: (chunk) => {
      output += chunk;
    },
    onStderr: (chunk) => {
      output += chunk;
    },
    ...more,
  });
  const exit = await running.exited;
  return { exit, hits, output, held: running.held };
}

test('reports which mechanism enforces each limit', async () => {
  const { held } = await run('true', { memoryBytes: 900 * MB, processes: 50, cpus: 1, diskBytes: 7 * MB });
  expect(held.map(({ kind, limit }) => [kind, limit])).toEqual([
    ['memory', 900 * MB],
    ['processes', 50],
    ...(kernelHolds.has('tasks') ? [['tasks', 200]] : []),
    ['cpu', 1],
    ['disk', 7 * MB],
    ['files', 200_000],
    ['file_size', 7 * MB],
    ['output', 256 * MB],
  ]);
  expect(held.find(({ kind }) => kind === 'file_size')?.held_by).toBe('rlimit');
  if (process.platform === 'linux')
    expect(held.find(({ kind }) => kind === 'memory')?.held_by).toBe(
      kernelHolds.has('memory') ? 'cgroup' : 'watch',
    );
});

describe.skipIf(linux)(named('enforced limits', linux), () => {
  test('attack: allocates more and more memory', async () => {
    const hog = 'const kept = []; for (;;) kept.push(Buffer.alloc(8 << 20, 1));';
    const { hits } = await run(`${process.execPath} -e "${hog}"`, { memoryBytes: 300 * MB });
    expect(hits).toHaveLength(1);
    expect(hits[0]).toMatchObject({ kind: 'memory', what: expect.stringContaining('300 MB') });
  });

  test('attack: prints endlessly', async () => {
    const { hits } = await run('yes', { outputBytes: 3 * MB });
    expect(hits).toEqual([{ kind: 'output', what: 'it printed more than 3 MB, which is the limit' }]);
  });

  test('attack: uses every processor', async () => {
    const { output, held } = await run('nproc; cat /proc/self/cgroup', { cpus: 1 });
    const holder = held.find(({ kind }) => kind === 'cpu')?.held_by;
    if (kernelHolds.has('cpu')) expect(holder).toBe('cgroup');
    else if (holder === 'affinity') expect(output).toMatch(/^1\n/);
    else expect(holder).toBe('nothing');
  });

  test.skipIf(cgroup)(named('attack: a fork bomb, in a cgroup', cgroup), async () => {
    const bomb = 'bomb() { bomb | bomb & }; bomb; bomb; sleep 100';
    const { hits } = await run(`${bomb}; : cab-bomb-${process.pid}`, { processes: 20 });
    expect(hits[0]?.kind).toBe('processes');
    expect(processesWithText(`cab-bomb-${process.pid}`)).toEqual([]);
  });

  test.skipIf(cgroup)(named('attack: a process that leaves no trace of its parent', cgroup), async () => {
    const seconds = `1${process.pid}`;
    await run(
      `env -i setsid sh -c "exec env -i setsid sleep ${seconds}" </dev/null >/dev/null 2>&1 & sleep 0.3`,
      {},
    );
    expect(processesWithText(`sleep\0${seconds}`)).toEqual([]);
  });
});
