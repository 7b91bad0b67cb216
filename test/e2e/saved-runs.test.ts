import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../src/model/record.js';
import { sweepSchema } from '../../src/model/sweep-record.js';
import { writeQuickTask } from '../attacks/quick-task.js';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';

/** The words of a run that takes no time. */
function quickRun(visitor: Visitor, task = writeQuickTask(join(visitor.dir, 'task'))): string[] {
  const agent = fakeAgent(visitor.dir, "await ask(); say('done');");
  return ['check', '--demo', '--sandbox', 'off', '--task', task, '--agent-bin', agent];
}

const store = ({ home }: Visitor) => join(home, '.local/share/codingagentbench/runs');

describe.concurrent('saved runs', () => {
  it('outlive eight commands at once that keep two, each of which tells its verdict', async () => {
    using visitor = new Visitor();
    const check = [...quickRun(visitor), '--keep-runs', '2'];
    const pages = Array.from({ length: 4 }, (_, i) => `page-${i}.html`);
    const results = await Promise.all([
      ...pages.map(() => visitor.run([...check, '--json'])),
      ...pages.map((page) => visitor.run([...check, '--reporter', `html=${page}`])),
    ]);
    expect(results.map(({ code }) => code)).toEqual(Array(8).fill(1));
    for (const { stdout } of results.slice(0, 4))
      expect(recordSchema.parse(JSON.parse(stdout)).verdict).toBe('failed');
    for (const page of pages) expect(readFileSync(join(visitor.dir, page), 'utf8')).toContain('FAILED');
    expect(visitor.records()).toHaveLength(8);
    const files = readdirSync(store(visitor)).flatMap((id) => readdirSync(join(store(visitor), id)));
    expect(new Set(files)).toEqual(new Set(['agent.log', 'events.jsonl', 'patch.diff', 'record.json']));
  });

  it('of several cells outlive commands that keep one, until they are old', async () => {
    using visitor = new Visitor();
    const one = writeQuickTask(join(visitor.dir, 'tasks/one'));
    writeQuickTask(join(visitor.dir, 'tasks/two'));
    const sweep = [...quickRun(visitor, join(visitor.dir, 'tasks')), '--json', '--keep-runs', '1'];
    const results = await Promise.all([visitor.run(sweep), visitor.run(sweep)]);
    for (const { code, stdout } of results) {
      expect(code).toBe(1);
      expect(sweepSchema.parse(JSON.parse(stdout)).counts).toMatchObject({ failed: 2 });
    }
    expect(visitor.records()).toHaveLength(4);
    const anHourAgo = Date.now() / 1000 - 3601;
    for (const id of readdirSync(store(visitor)))
      utimesSync(join(store(visitor), id, 'record.json'), anHourAgo, anHourAgo);
    await visitor.run([...quickRun(visitor, one), '--keep-runs', '1']);
    expect(visitor.records()).toHaveLength(1);
  });

  it.each(['show', 'replay'])(
    '%s last is the newest that has ended, while another goes on',
    async (command) => {
      using visitor = new Visitor();
      const check = quickRun(visitor);
      await visitor.run(check);
      const [ended] = visitor.records();
      const slow = fakeAgent(visitor.dir, "await ask(); say('at work'); await sleep(600_000);");
      const { code } = await visitor.run([...check, '--agent-bin', slow], {
        whileRunning: async ({ pid, stderr }) => {
          while (!stderr().includes('at work')) await new Promise((resolve) => setTimeout(resolve, 20));
          const last = await visitor.run([command, 'last']);
          const byId = await visitor.run([command, ended?.run_id ?? '']);
          process.kill(pid, 'SIGINT');
          expect(last).toEqual(byId);
          expect(last.code).toBe(0);
        },
      });
      expect(code).toBe(130);
    },
  );
});
