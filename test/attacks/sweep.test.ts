import { expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { fakeAgent } from '../e2e/fake-agent.js';
import { attack } from './attack.js';

for (const jobs of [1, 2]) {
  attack(`stop a sweep while ${jobs} of its runs are active`, { aim: 'leftovers' }, async () => {
    using visitor = new Visitor();
    const agent = fakeAgent(visitor.dir, "await ask(); say('at work'); await sleep(1e8);");
    const args = ['check', '--demo', '--agent-bin', agent, '--task', 'mutations/js-*', '--jobs', `${jobs}`];
    const { code, stdout } = await visitor.run(args, {
      whileRunning: async ({ pid, stderr }) => {
        const atWork = () => stderr().match(/at work/g)?.length;
        await expect.poll(atWork, { timeout: 60_000 }).toBe(jobs);
        process.kill(pid, 'SIGINT');
      },
    });
    expect(code).toBe(130);
    const records = visitor.records();
    expect(records).toHaveLength(jobs);
    for (const record of records)
      expect(record).toMatchObject({ stop_reason: 'interrupted', exit_code: 130 });
    expect(stdout).toMatch(new RegExp(`0 passed · 0 failed · ${jobs} not scored · \\d not started`));
    expect(stdout).toContain('You stopped the sweep before its turn.');
    expect(visitor.litter()).toEqual([]);
  });
}
