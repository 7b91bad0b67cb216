import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sweepSchema } from '../../src/model/sweep-record.js';
import { writeQuickTask } from '../attacks/quick-task.js';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';

/** Two tasks that run, and between them one that needs a container engine and one whose manifest is broken. */
function fourTasks({ dir }: Visitor): string {
  const tasks = join(dir, 'tasks');
  writeQuickTask(join(tasks, 'a-good'), { verifier: 'grep -q mended src/a.txt', solution: MEND });
  cpSync(join(tasks, 'a-good'), join(tasks, 'd-good'), { recursive: true });
  for (const name of ['b-built', 'c-broken'])
    mkdirSync(join(tasks, name, 'environment'), { recursive: true });
  writeFileSync(join(tasks, 'b-built/task.toml'), 'version = "1.0"\n');
  mkdirSync(join(tasks, 'b-built/tests'));
  writeFileSync(join(tasks, 'b-built/tests/test.sh'), 'exit 0\n');
  writeFileSync(join(tasks, 'b-built/instruction.md'), 'Do it.\n');
  writeFileSync(join(tasks, 'b-built/environment/Dockerfile'), 'FROM node:22\nRUN make\n');
  writeFileSync(join(tasks, 'c-broken/task.toml'), 'version = \n');
  return tasks;
}

const MEND = 'echo mended > src/a.txt';
const LIST = 'tasks/a-good,tasks/b-built,tasks/d-good';
const WHY_BUILT = /Dockerfile:2.*RUN/s;
const WHY_BROKEN = /task\.toml is not valid TOML/;

const quick = (visitor: Visitor) => {
  const agent = fakeAgent(visitor.dir, "await ask(); say('done');");
  return ['check', '--demo', '--sandbox', 'off', '--agent-bin', agent];
};

describe.concurrent('a refused task among others', () => {
  it.each([
    ['a list of names', LIST.split(','), 1],
    ['a directory', ['tasks'], 2],
  ])(
    '%s: `tasks validate` tries the others, tells the refused ones, and exits 2',
    async (_, names, refused) => {
      using visitor = new Visitor();
      fourTasks(visitor);
      const validate = ['tasks', 'validate', ...names, '--sandbox', 'off', '--junit', 'tasks.xml'];
      const { code, stdout } = await visitor.run(validate);
      expect(code).toBe(2);
      expect(stdout).toMatch(/^ . attacks\/a-good /m);
      expect(stdout).toMatch(/^ . attacks\/d-good /m);
      expect(stdout).toMatch(/^ ✖ \S*b-built {2}refused:/m);
      expect(stdout.replace(/\s+/g, ' ')).toMatch(WHY_BUILT);
      expect(stdout).toMatch(new RegExp(`, ${refused} refused$`, 'm'));
      const junit = readFileSync(join(visitor.dir, 'tasks.xml'), 'utf8');
      expect(junit.match(/name="a task that runs here"/g)).toHaveLength(refused);
      const { tasks } = JSON.parse((await visitor.run([...validate, '--json'])).stdout);
      const count = tasks.filter(({ verdict }: { verdict: string }) => verdict === 'refused');
      expect([tasks.length, count.length]).toEqual([2 + refused, refused]);
    },
  );

  it.each([
    ['a list of names', LIST, [WHY_BUILT]],
    ['a directory', 'tasks', [WHY_BUILT, WHY_BROKEN]],
  ])('%s: `check` runs the others, and has their exit code', async (_, task, whys) => {
    using visitor = new Visitor();
    fourTasks(visitor);
    const check = [...quick(visitor), '--task', task, '--json', '--reporter', 'junit=cells.xml'];
    const { code, stdout, stderr } = await visitor.run(check);
    const sweep = sweepSchema.parse(JSON.parse(stdout));
    expect([code, sweep.exit_code]).toEqual([1, 1]);
    expect(sweep.counts).toEqual({ passed: 0, failed: 2, unscored: 0, not_started: whys.length });
    expect(sweep.cells.map(({ task_id }) => task_id)).toEqual(['attacks/a-good', 'attacks/d-good']);
    for (const [i, why] of whys.entries()) {
      expect(sweep.not_started[i]?.why).toMatch(why);
      expect(stderr).toMatch(why);
    }
    const junit = readFileSync(join(visitor.dir, 'cells.xml'), 'utf8');
    expect(junit.match(/<skipped /g)).toHaveLength(whys.length);
  });

  it('`check` exits 2 when every one is refused, and says of each why', async () => {
    using visitor = new Visitor();
    fourTasks(visitor);
    const check = [...quick(visitor), '--task', 'tasks/b-built,tasks/c-broken'];
    const { code, stdout } = await visitor.run(check);
    expect(code).toBe(2);
    expect(stdout).toMatch(/0 passed · 0 failed · 0 not scored · 2 not started/);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(WHY_BUILT);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(WHY_BROKEN);
  });

  it('`tasks list` lists the others', async () => {
    using visitor = new Visitor();
    fourTasks(visitor);
    const { code, stdout, stderr } = await visitor.run(['tasks', 'list', 'tasks']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/attacks\/a-good .*\n.*attacks\/d-good /);
    expect(stderr).toMatch(WHY_BUILT);
    expect(stderr).toMatch(WHY_BROKEN);
  });

  it('alone, it is said as before', async () => {
    using visitor = new Visitor();
    fourTasks(visitor);
    const alone = await visitor.run([...quick(visitor), '--task', 'tasks/b-built']);
    const validated = await visitor.run(['tasks', 'validate', 'tasks/b-built']);
    for (const { code, stdout, stderr } of [alone, validated]) {
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(WHY_BUILT);
      expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    }
  });
});
