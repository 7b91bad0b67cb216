import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { steady, Visitor } from './cli.js';

const missing = inject('opencodeMissing');

const FILES: Record<string, string> = {
  'package.json': '{ "name": "pager", "type": "module", "scripts": { "test": "node --test test/" } }\n',
  'src/page.js': `export function page(list, n, size = 10) {
  if (n < 1) throw new RangeError('pages begin at 1');
  const start = (n - 1) * size;
  return list.slice(start, start + size);
}

export function pages(list, size = 10) {
  return Math.ceil(list.length / size);
}
`,
  'test/page.test.js': `import assert from 'node:assert';
import { test } from 'node:test';
import { page, pages } from '../src/page.js';

test('a page', () => assert.deepStrictEqual(page([1, 2, 3, 4, 5], 2, 2), [3, 4]));
test('no page 0', () => assert.throws(() => page([], 0)));
test('how many', () => assert.strictEqual(pages([1, 2, 3], 2), 2));
`,
};

function repositoryOf(visitor: Visitor): string {
  const dir = join(visitor.dir, 'pager');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: dir });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message=one');
  return dir;
}

const ON_IT = ['--repo', 'pager', '--test', 'npm test', '--seed', '4'];

describe.skipIf(missing)(
  `a bug in one's own code, with real opencode${missing ? ` (missing: ${missing})` : ''}`,
  () => {
    it.each([
      ['oracle', 0, 'passed', []],
      ['no-op', 1, 'failed', []],
      ['cheat', 1, 'failed', ['test_removed test/page.test.js']],
    ])('%s exits %i', async (script, code, verdict, tampering) => {
      using visitor = new Visitor();
      repositoryOf(visitor);
      const run = await visitor.run(['check', `--demo=${script}`, ...ON_IT]);
      const [record] = visitor.records();
      expect(
        {
          code: run.code,
          verdict: record?.verdict,
          tampering: record?.tampering.map(({ path, kind }) => `${kind} ${path}`),
        },
        run.stderr,
      ).toEqual({ code, verdict, tampering });
      expect(visitor.litter().filter((name) => !name.includes('opencode'))).toEqual([]);
    });

    it('a fresh variant of a bundled task', async () => {
      using visitor = new Visitor();
      const run = await visitor.run([
        'check',
        '--demo',
        '--task',
        'mutations/js-boundary-shift',
        '--seed',
        '5',
      ]);
      expect(run.code, run.stderr).toBe(0);
      const [record] = visitor.records();
      expect(record?.task_id).toBe('mutations/js-boundary-shift-5');
      expect(record?.scores.pass_rate.pass).toBe(1);
    });
  },
);

describe('slips', () => {
  it.each([
    [['check', '--demo', '--repo', 'pager'], '--repo needs --test'],
    [['check', '--demo', '--test', 'npm test'], '--test goes with --repo'],
    [['check', '--demo', ...ON_IT, '--task', 'mutations/js-boundary-shift'], '--repo and --task'],
    [['check', '--demo', ...ON_IT, '--dry-run'], '--dry-run runs nothing'],
    [['tasks', 'mutate', 'nowhere', '--test', 'true'], 'nowhere does not exist'],
    [['tasks', 'mutate', '.', '--test', 'true'], 'is not the top of a git repository'],
    [['check', '--demo', '--task', 'integrity/unsolvable-refusal', '--seed', '1'], 'makes no variant'],
  ])('%j', async (args, said) => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(visitor.litter()).toEqual([]);
  });

  it('makes tasks that validate reads, and prints what was kept', async () => {
    using visitor = new Visitor();
    repositoryOf(visitor);
    const run = await visitor.run([
      'tasks',
      'mutate',
      'pager',
      '--test',
      'npm test',
      '--seed',
      '4',
      '--count',
      '2',
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(steady(run.stdout, visitor)).toContain('2 of 2 tasks from pager');
  });
});
