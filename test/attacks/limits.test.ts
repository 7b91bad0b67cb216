import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { linux } from '../needs.js';
import { attack } from './attack.js';
import { type AttemptSource, newKey, runAttackingAgent } from './attacking-agent.js';
import { GUARDS } from './guards.js';
import { startHostileEndpoint } from './hostile-endpoint.js';
import { makePidsCgroup } from './pids-cgroup.js';
import { writeQuickTask } from './quick-task.js';

const key = newKey();
let endpoint: Awaited<ReturnType<typeof startHostileEndpoint>>;
beforeAll(async () => {
  endpoint = await startHostileEndpoint();
});
afterAll(() => endpoint.close());

/** Protects this machine from the fork bomb. */
const pidsCgroup = makePidsCgroup();
afterAll(() => pidsCgroup?.remove());

const HOGS: Record<string, { source: AttemptSource; flags: string[]; cause: string; needsCgroup?: boolean }> =
  {
    'endless memory': {
      source:
        "spawnSync(process.execPath, ['-e', 'const kept = []; for (;;) kept.push(Buffer.alloc(8 << 20, 1));']); await sleep(1e8);",
      flags: ['--limit', 'memory=700'],
      cause: 'limit.memory',
    },
    'a fork bomb': {
      // Started again and again, because a bomb that cannot fork ends. Each process lives long enough to be counted.
      source:
        "for (;;) { spawnSync('sh', ['-c', 'bomb() { bomb | bomb & sleep 2; }; bomb']); await sleep(20); }",
      flags: ['--limit', 'processes=40'],
      cause: 'limit.processes',
      needsCgroup: true,
    },
    'sleeping processes': {
      source: "for (let i = 0; i < 60; i++) spawn('sleep', ['1000']); await sleep(1e8);",
      flags: ['--limit', 'processes=40'],
      cause: 'limit.processes',
    },
    'a file of 10 GB, written block by block': {
      source:
        "const block = Buffer.alloc(16 << 20, 1); const file = fs.openSync('src/huge', 'w'); for (let i = 0; i < 640; i++) { try { fs.writeSync(file, block); } catch { await sleep(1e8); } }",
      flags: ['--limit', 'disk=256'],
      cause: 'limit.disk',
    },
    'a million files': {
      source:
        "for (let i = 0; i < 1e6; i++) { if (i % 1000 === 0) fs.mkdirSync('src/' + i / 1000); fs.writeFileSync('src/' + Math.floor(i / 1000) + '/' + i, ''); }",
      flags: ['--limit', 'files=5000'],
      cause: 'limit.disk',
    },
  };

for (const { guard, flag } of GUARDS) {
  describe(`resources of the machine, ${guard}`, () => {
    for (const [name, { source, flags, cause, needsCgroup = false }] of Object.entries(HOGS)) {
      const missing = linux ?? (needsCgroup && pidsCgroup === null ? 'permission to create a cgroup' : null);
      attack(`use ${name}`, { aim: 'leftovers', guard, missing }, async () => {
        using visitor = new Visitor();
        const { record, result } = await runAttackingAgent(visitor, {
          attempts: { hog: source },
          world: {},
          endpoint,
          run: { whileRunning: async ({ pid }) => (needsCgroup ? pidsCgroup?.add(pid) : undefined) },
          args: [
            ...['--key', key, '--sandbox', flag, ...flags],
            ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
          ],
        });
        expect(record, result.stderr).toMatchObject({ verdict: 'failed', stop_reason: 'limit', cause });
        expect(record.banners[0]).toMatch(/was stopped: it .*limit/);
        expect(visitor.litter().filter((dir) => !dir.startsWith('codingagentbench-'))).toEqual([]);
      });
    }

    attack('use endless memory in the tests', { aim: 'leftovers', guard }, async () => {
      using visitor = new Visitor();
      const hog = 'const kept = []; for (;;) kept.push(Buffer.alloc(8 << 20, 1));';
      const { record } = await runAttackingAgent(visitor, {
        attempts: { nothing: '' },
        world: {},
        endpoint,
        args: [
          ...['--key', key, '--sandbox', flag, '--limit', 'memory=700', '--task'],
          writeQuickTask(join(visitor.dir, 'task'), { verifier: `node -e "${hog}"` }),
        ],
      });
      expect(record).toMatchObject({ verdict: 'failed', stop_reason: 'finished' });
      expect(record.scores.pass_rate).toMatchObject({ pass: 0, timed_out: true });
      expect(record.scores.pass_rate.stderr_tail).toMatch(/stopped: it used .* of memory/);
    });
  });
}
