import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openRunStore } from '../../src/store/run-store.js';
import { type CliResult, Visitor } from '../e2e/cli.js';
import { passed, passing } from '../unit/reporters/sample-run.js';
import { FIXTURES } from '../unit/tasks/scratch.js';
import { attack } from './attack.js';

const SPARSE_BYTES = 10 * 1024 ** 3;

/** Replacements for a file of a run, task or agent. */
const REPLACEMENTS: Readonly<Record<string, (path: string) => void>> = {
  'a fifo': (path) => execFileSync('mkfifo', [path]),
  'a link to /dev/zero': (path) => symlinkSync('/dev/zero', path),
  'a link to a fifo': (path) => {
    execFileSync('mkfifo', [`${path}.fifo`]);
    symlinkSync(`${path}.fifo`, path);
  },
  'a directory': (path) => mkdirSync(path),
  'a sparse file of 10 GB': (path) => {
    writeFileSync(path, '');
    truncateSync(path, SPARSE_BYTES);
  },
};

function replaceWith(replacement: string, path: string): void {
  rmSync(path, { force: true });
  REPLACEMENTS[replacement]?.(path);
}

/** Saves a run as `check` does. */
function save(visitor: Visitor, id: string): string {
  const dir = join(visitor.home, '.local/share/codingagentbench/runs', id);
  const store = openRunStore(dir, (fault) => {
    throw fault;
  });
  for (const event of passing) store.append(event.type === 'run_started' ? { ...event, run_id: id } : event);
  store.finish({ ...passed, run_id: id });
  return dir;
}

/** Expects a usage error: one sentence, one fix, exit code 2. */
function expectRefused({ code, stdout, stderr }: CliResult): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  expect(stderr).not.toContain('has a bug');
}

for (const replacement of Object.keys(REPLACEMENTS)) {
  for (const file of ['record.json', 'events.jsonl']) {
    attack(`hang commands that read saved runs by ${replacement} as ${file}`, { aim: 'input' }, async () => {
      using visitor = new Visitor();
      save(visitor, '00000001');
      replaceWith(replacement, join(save(visitor, '00000002'), file));
      const compared = await visitor.run(['compare']);
      expect([compared.code, compared.stderr]).toEqual([0, '']);
      expect(compared.stdout).toContain(passed.model);
      expect((await visitor.run(['show', '00000001'])).code).toBe(0);
      if (file === 'record.json') expectRefused(await visitor.run(['show', '00000002']));
      else {
        expect((await visitor.run(['show', '00000002'])).code).toBe(0);
        const replayed = await visitor.run(['replay', '00000002']);
        expect(replayed.code).toBe(2);
        expect(replayed.stderr).toMatch(/^\S+events\.jsonl (cannot be read: it |has a line)/);
      }
    });
  }
}

for (const replacement of ['a fifo', 'a link to /dev/zero', 'a directory', 'a sparse file of 10 GB']) {
  for (const file of ['task.toml', 'instruction.md', 'tests/test.sh', 'environment/workspace/README.md'])
    attack(`hang commands that open a task by ${replacement} as its ${file}`, { aim: 'input' }, async () => {
      using visitor = new Visitor();
      const dir = join(visitor.dir, 'task');
      cpSync(join(FIXTURES, 'mutations/js-off-by-one'), dir, { recursive: true });
      replaceWith(replacement, join(dir, file));
      const opened = await visitor.run(['tasks', 'show', dir]);
      // A workspace may hold directories of any name, and no link that leads out of it.
      const isAllowed = file.startsWith('environment') && replacement === 'a directory';
      if (isAllowed) expect([opened.code, opened.stderr]).toEqual([0, '']);
      else expectRefused(opened);
    });
}

for (const replacement of ['a fifo', 'a link to a fifo', 'a link to /dev/zero', 'a directory'])
  for (const [flag, name] of [
    ['--tui', 'agent.mjs'],
    ['--plugin', 'server.json'],
  ] as const)
    attack(`hang a run by ${replacement} as the file of ${flag}`, { aim: 'input' }, async () => {
      using visitor = new Visitor();
      replaceWith(replacement, join(visitor.dir, name));
      expectRefused(await visitor.run(['check', '--demo', '--dry-run', flag, `./${name}`]));
    });

attack('fill the memory by /dev/zero as the key file', { aim: 'input' }, async () => {
  using visitor = new Visitor();
  const endpoint = ['--endpoint', 'http://127.0.0.1:9/v1', '--model', 'm'];
  expectRefused(await visitor.run(['check', ...endpoint, '--key-file', '/dev/zero', '--dry-run']));
});

attack('hang a run by a fifo as agent.log of its directory', { aim: 'input' }, async () => {
  using visitor = new Visitor();
  mkdirSync(join(visitor.dir, 'out'));
  execFileSync('mkfifo', [join(visitor.dir, 'out', 'agent.log')]);
  expectRefused(await visitor.run(['check', '--demo', '--out', 'out']));
});
