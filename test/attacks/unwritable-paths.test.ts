import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CliResult, type RunOptions, Visitor } from '../e2e/cli.js';
import { FIXTURES } from '../unit/tasks/scratch.js';
import { attack } from './attack.js';

const missing = process.getuid?.() === 0 ? null : 'root, to be another user';
/** A user id without a name. Unlike root, it must respect file modes. */
const ORDINARY = 61_001;
const TASK = 'mutations/js-off-by-one';
const DEMO = ['check', '--demo', '--sandbox', 'off'];

/** Paths at which nothing can be created, each for another reason. `FILE` is a regular file. */
const UNWRITABLE_PATHS = ['FILE', 'FILE/x', '/dev/null/x', '/proc/x', '/proc/x/y', '/proc/1/x', '/sys/x'];

/** Expects a usage error that names the path and a fix, not a stack trace. */
function expectRefused({ code, stderr }: CliResult, path: string): void {
  const words = stderr.replace(/\s+/g, ' ');
  expect([code, words]).toEqual([2, expect.stringContaining(path)]);
  expect(stderr).not.toMatch(/has a bug|\n {4}at /);
}

async function refused(args: readonly string[], path: string, options: RunOptions = {}): Promise<void> {
  using visitor = new Visitor();
  const file = join(visitor.dir, 'file');
  writeFileSync(file, 'as it was');
  const withFile = (text: string) => text.replace('FILE', file);
  const env = Object.entries(options.env ?? {}).map(([name, value]) => [name, withFile(value)] as const);
  const result = await visitor.run(args.map(withFile), { ...options, env: Object.fromEntries(env) });
  expectRefused(result, withFile(path));
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(2);
  expect([result.stdout, visitor.litter()]).toEqual(['', []]);
  expect(existsSync(join(visitor.home, '.local'))).toBe(false);
}

for (const path of UNWRITABLE_PATHS) {
  attack(`hang a run, or end it in a stack trace, by --out ${path}`, { aim: 'input' }, () =>
    refused([...DEMO, '--out', path], path),
  );
}
attack('hang several cells by --out /proc/x', { aim: 'input' }, () =>
  refused([...DEMO, '--task', 'mutations/js-*', '--out', '/proc/x'], '/proc/x'),
);
for (const path of ['FILE/x', '/proc/x'])
  attack(`hang tasks mutate by --out ${path}`, { aim: 'input' }, () =>
    refused(['tasks', 'mutate', '.', '--test', 'true', '--out', path], path),
  );
for (const path of ['FILE', '/proc/x'])
  attack(`hang a run by XDG_DATA_HOME=${path}`, { aim: 'input' }, () =>
    refused(DEMO, path, { env: { XDG_DATA_HOME: path } }),
  );

const DIRECTORY_TASK = join(FIXTURES, TASK);
for (const [what, args] of Object.entries({
  'a run': DEMO,
  'several cells': [...DEMO, '--task', 'mutations/js-*'],
  'tasks show': ['tasks', 'show', TASK],
  'tasks list': ['tasks', 'list', DIRECTORY_TASK],
  'tasks validate': ['tasks', 'validate', TASK],
}))
  attack(`end ${what} in a stack trace by a file as TMPDIR`, { aim: 'input' }, () =>
    refused(args, 'FILE', { env: { TMPDIR: 'FILE' } }),
  );
attack('end doctor in a stack trace by a file as TMPDIR', { aim: 'input' }, async () => {
  using visitor = new Visitor();
  const file = join(visitor.dir, 'file');
  writeFileSync(file, '');
  const { code, stdout, stderr } = await visitor.run(['doctor'], { env: { TMPDIR: file } });
  expect([code, stderr]).toEqual([3, '']);
  expect(stdout).toContain('No temporary directory can be made in');
});

for (const path of ['FILE', '/proc/x']) {
  attack(`end an install in a stack trace by XDG_CACHE_HOME=${path}`, { aim: 'input' }, async () => {
    using visitor = new Visitor();
    const file = join(visitor.dir, 'file');
    writeFileSync(file, '');
    const cache = path.replace('FILE', file);
    const result = await visitor.run(DEMO, { env: { XDG_CACHE_HOME: cache } });
    expectRefused(result, `The cache directory ${cache}/codingagentbench is not writable`);
    expect(result.stderr).toContain('Set XDG_CACHE_HOME');
    expect(visitor.litter()).toEqual([]);
  });
  attack(`end the download of a task in a stack trace by XDG_CACHE_HOME=${path}`, { aim: 'input' }, () =>
    refused(['tasks', 'show', 'file:///nowhere.git'], path, { env: { XDG_CACHE_HOME: path } }),
  );
}

attack('end a run in a stack trace by a home that cannot be written', { aim: 'input', missing }, async () => {
  using visitor = new Visitor();
  mkdirSync(join(visitor.dir, 'out'));
  for (const dir of [visitor.dir, visitor.temp, join(visitor.dir, 'out')]) chownSync(dir, ORDINARY, ORDINARY);
  chmodSync(visitor.home, 0o555);
  const noCache = { uid: ORDINARY, env: { XDG_CACHE_HOME: '' } };
  expectRefused(await visitor.run(DEMO, noCache), join(visitor.home, '.local'));
  expectRefused(await visitor.run([...DEMO, '--out', 'out'], noCache), join(visitor.home, '.cache'));
});

for (const path of ['FILE/x', '/proc/x.html', 'no/such/dir.html', '.']) {
  attack(`run a cell whose report cannot be written to ${path}`, { aim: 'input' }, () =>
    refused([...DEMO, '--reporter', `html=${path}`], path),
  );
  attack(`validate a task whose report cannot be written to ${path}`, { aim: 'input' }, () =>
    refused(['tasks', 'validate', TASK, '--junit', path], path),
  );
}

attack('hang a command forever by a fifo without a reader', { aim: 'input' }, async () => {
  using visitor = new Visitor();
  const fifo = join(visitor.dir, 'fifo');
  execFileSync('mkfifo', [fifo]);
  // Makes its checks fail quickly.
  cpSync(DIRECTORY_TASK, join(visitor.dir, 'task'), { recursive: true });
  writeFileSync(join(visitor.dir, 'task/solution/solve.sh'), 'exit 1\n');
  const { code } = await visitor.run(['tasks', 'validate', 'task', '--sandbox', 'off', '--junit', fifo], {
    whileRunning: async ({ pid, stdout }) => {
      // The summary. The program writes the report next.
      await expect.poll(stdout, { timeout: 60_000 }).toMatch(/\d valid tasks?/);
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(pid, signal);
    },
  });
  expect(code).toBe(130);
});
