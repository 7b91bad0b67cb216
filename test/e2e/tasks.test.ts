import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FIXTURES } from '../unit/tasks/scratch.js';
import { Visitor } from './cli.js';

const JS_TASK = 'mutations/js-off-by-one';
const visitor = new Visitor();
afterAll(() => visitor[Symbol.dispose]());

describe('tasks', () => {
  it('list names every task, with what it needs', async () => {
    const { code, stdout, stderr } = await visitor.run(['tasks', 'list', 'mutations/js-*']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`   task                           language    difficulty  needs  ticket
 ✔ mutations/js-boundary-shift    javascript  medium      node   Rate limiter rejects clients that waited long enough
 ✔ mutations/js-dropped-await     javascript  hard        node   Loyalty points get lost when a till is busy
 ✔ mutations/js-inverted-guard    javascript  easy        node   Temporary access works only after it has ended
 ✔ mutations/js-lost-error-check  javascript  hard        node   Declined messages count as delivered
 ✔ mutations/js-off-by-one        javascript  medium      node   Exports miss orders at the page boundaries
`);
    const { tasks } = JSON.parse((await visitor.run(['tasks', 'list', '--json'])).stdout);
    expect(tasks.length).toBeGreaterThanOrEqual(25);
    expect(tasks.filter((task: { difficulty: unknown }) => task.difficulty === null)).toEqual([]);
  });

  it('show tells what the agent is told, and nothing of the answer', async () => {
    const { code, stdout } = await visitor.run(['tasks', 'show', JS_TASK]);
    expect(code).toBe(0);
    for (const line of readFileSync(join(FIXTURES, JS_TASK, 'instruction.md'), 'utf8').split('\n')) {
      expect(stdout).toContain(line);
    }
    const solution = readFileSync(join(FIXTURES, JS_TASK, 'solution/solve.sh'), 'utf8');
    expect(stdout).not.toContain(/cab-canary-\w+/.exec(solution)?.[0]);
    const { stdout: json } = await visitor.run(['tasks', 'show', JS_TASK, '--json']);
    expect(json).not.toContain('cab-canary');
    expect(JSON.parse(json)).toMatchObject({ id: JS_TASK, toolchain_present: true, difficulty: 'medium' });
  });

  it('validate runs the task checks, writes JUnit, and exits 2 for a task that its own solution does not solve', async () => {
    const dir = join(visitor.dir, 'tasks');
    cpSync(join(FIXTURES, JS_TASK), join(dir, 'good'), { recursive: true });
    cpSync(join(FIXTURES, JS_TASK), join(dir, 'idle'), { recursive: true });
    writeFileSync(join(dir, 'idle/solution/solve.sh'), 'true\n');
    const { code, stdout, stderr } = await visitor.run(['tasks', 'validate', dir, '--junit', 'checks.xml']);
    expect(code).toBe(2);
    // What guards this machine may be less than a whole sandbox, and is then told; nothing else is.
    expect(stderr).toMatch(/^((No sandbox, as|The sandbox is Landlock) .+\n)?$/);
    expect(stdout).toMatch(/^ ✔ mutations\/good {2}7 checks · [\d.]+s$/m);
    expect(stdout).toMatch(/^ ✖ mutations\/idle/m);
    expect(stdout).toMatch(
      /^ {3}✖ the reference solution passes within the constraints: .+ failed on\s+the solved task$/m,
    );
    expect(stdout).toMatch(/^ ✖ 1 valid task, 1 invalid$/m);
    const junit = readFileSync(join(visitor.dir, 'checks.xml'), 'utf8');
    expect(junit).toMatch(
      /^<\?xml .*\n<testsuites name="tasks validate" tests="14" failures="1" skipped="0">/,
    );
  });

  it.each([
    [
      'a name that is none',
      ['show', 'mutations/js-of-by-one'],
      /^There is no task mutations\/js-of-by-one\.\n/,
    ],
    [
      'a glob that matches nothing',
      ['validate', 'nope/*'],
      /^No task matches nope\/\*\.\nAll \d+ are shown by: codingagentbench tasks list\n/,
    ],
    [
      'a directory that is none',
      ['validate', 'home'],
      /^\S+ is not a task: it has no task\.toml\.\nAdd task\.toml/,
    ],
    [
      'a repository that is not there',
      ['list', 'file:///nope.git'],
      /^file:\/\/\/nope\.git could not be read: /,
    ],
  ])('%s is a slip', async (_, args, said) => {
    const { code, stdout, stderr } = await visitor.run(['tasks', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(said);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  it('a glob for check is a cell for each that matches', async () => {
    const { code, stdout } = await visitor.run(['check', '--demo', '--task', 'polyglot/go-*', '--dry-run']);
    const { cells } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(cells.map(({ task }: { task: string }) => task)).toEqual([
      'polyglot/go-dependency-paths',
      'polyglot/go-http-handler-fix',
    ]);
  });
});
