import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sweepSchema } from '../../src/model/sweep-record.js';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';

const TASKS = 'mutations/js-{inverted,lost}-guard,mutations/js-off-by-one';

describe.concurrent('several cells', () => {
  it('run as one sweep: each saved, all in one result, those that are not scored in no mean', async () => {
    using visitor = new Visitor();
    // One task is not even tried: its cell says nothing about the model.
    const agent = fakeAgent(
      visitor.dir,
      "if (!fs.existsSync('src/order-list.js')) await ask(); say('at work');",
    );
    const { code, stdout, stderr } = await visitor.run([
      ...['check', '--demo', '--agent-bin', agent, '--task', TASKS, '--jobs', '2'],
      ...['--json', '--reporter', 'junit=junit.xml', '--reporter', 'html=all.html'],
    ]);
    const sweep = sweepSchema.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(sweep).toMatchObject({
      demo: true,
      exit_code: 1,
      counts: { passed: 0, failed: 1, unscored: 1, not_started: 0 },
      mean: { cells: 1 },
    });
    expect(sweep.cells.map(({ task_id, verdict }) => [task_id, verdict])).toEqual([
      ['mutations/js-inverted-guard', 'failed'],
      ['mutations/js-off-by-one', 'unscored'],
    ]);
    const byId = (a: { run_id: string }, b: { run_id: string }) => a.run_id.localeCompare(b.run_id);
    expect(visitor.records().sort(byId)).toEqual(sweep.cells.toSorted(byId));
    expect(new Set(sweep.cells.map(({ sweep_id }) => sweep_id))).toEqual(new Set([sweep.sweep_id]));
    expect(stderr).toMatch(/^\[1\/2\] +says +at work$/m);
    expect(stderr).toMatch(/^\[2\/2\] +NOT SCORED/m);
    const junit = readFileSync(join(visitor.dir, 'junit.xml'), 'utf8');
    expect(junit.match(/name="verdict"/g)).toHaveLength(2);
    expect(junit.match(/<error /g)).toHaveLength(1);
    expect(readFileSync(join(visitor.dir, 'all.html'), 'utf8')).toContain('2 cells side by side');
    expect(visitor.litter().filter((name) => !name.includes('-kept-'))).toEqual([]);
  });

  it('end once at an endpoint that is dead, however many might have asked it', async () => {
    using visitor = new Visitor();
    const agent = fakeAgent(visitor.dir, 'await ask();');
    const endpoint = ['--endpoint', 'http://127.0.0.1:1/v1', '--model', 'm'];
    const { code, stdout, stderr } = await visitor.run([
      ...['check', ...endpoint, '--agent-bin', agent, '--task', 'mutations/js-*', '--jobs', '4'],
    ]);
    expect(code).toBe(3);
    expect(visitor.records()).toHaveLength(1);
    expect(stderr.match(/refused/g)).toHaveLength(1);
    expect(stdout).toMatch(/0 passed · 0 failed · 1 not scored · \d not started/);
    expect(visitor.litter()).toEqual([]);
  });

  it.each<[string, string[], string]>([
    [
      'a reporter of one cell',
      ['--task', TASKS, '--reporter', 'svg=badge.svg'],
      '--reporter svg writes one cell, and this command runs several.\n',
    ],
    [
      "one agent's flag for two",
      ['--tui', 'opencode,codex', '--agent-arg', 'x'],
      '--agent-arg applies to one agent, but --tui names 2.\n',
    ],
    [
      'one name that is no task',
      ['--task', `${TASKS},mutations/js-of`],
      'There is no task mutations/js-of.\n',
    ],
  ])('%s: said before anything runs', async (_, args, said) => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(['check', '--demo', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });
});
