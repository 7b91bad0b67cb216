import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { named } from '../needs.js';
import { pagerRepository } from '../unit/mutation/pager.js';
import { attack } from './attack.js';
import { makeOpenDir, newHoneytoken, newKey, runAttackingAgent } from './attacking-agent.js';
import { SANDBOXES } from './guards.js';
import { writeQuickTask } from './quick-task.js';

const key = newKey();
const openDir = makeOpenDir();
const missing = openDir === null ? 'a directory outside of every home' : null;
let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(key);
});
afterAll(async () => {
  await endpoint.close();
  if (openDir !== null) rmSync(openDir, { recursive: true });
});

const git = (dir: string, ...args: string[]) =>
  execFileSync(
    'git',
    ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'protocol.file.allow=always', ...args],
    {
      cwd: dir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );

/** Every way to read a task's solution from a repository. */
const LOOK =
  "return world.dirs.map((dir) => sh('git -c safe.directory=* -C ' + dir + ' grep -h HONEY $(git -c safe.directory=* -C ' + dir + ' rev-list --all) --; git -c safe.directory=* -C ' + dir + ' show HEAD:task/solution/solve.sh; cat ' + dir + '/task/solution/solve.sh; ls -a ' + dir)).join('\\n');";

/** A repository, a clone that borrows its objects, a worktree of the clone, and a super-project with a submodule. */
function checkouts(root: string) {
  const at = (name: string) => join(root, name);
  const [lender, main, linked, around] = [at('lender'), at('main'), at('linked'), at('around')];
  mkdirSync(lender, { recursive: true });
  git(lender, 'init', '-q', '-b', 'main');
  writeQuickTask(join(lender, 'task'), { solution: `# ${newHoneytoken()}` });
  git(lender, 'add', '-A');
  git(lender, 'commit', '-qm', 'tasks');
  git(root, 'clone', '-qs', lender, main);
  git(main, 'worktree', 'add', '-q', '-b', 'other', linked);
  mkdirSync(around);
  git(around, 'init', '-q', '-b', 'main');
  cpSync(join(lender, 'task'), join(around, 'task'), { recursive: true });
  git(around, 'add', '-A');
  git(around, 'commit', '-qm', 'the same');
  git(around, 'submodule', '--quiet', 'add', lender, 'sub');
  return { lender, main, linked, around };
}

describe.skipIf(missing)(named('a task in a git checkout outside of every mask', missing), () => {
  const { lender, main, linked, around } = checkouts(join(openDir ?? '', 'tasks'));
  const dirs = [lender, main, linked, around, join(around, 'sub')];

  it('without a sandbox, each repository reveals the solution', () => {
    for (const dir of dirs) expect(git(dir, 'show', 'HEAD:task/solution/solve.sh')).toMatch(/HONEY-/);
  });

  for (const guard of SANDBOXES) {
    for (const [name, task, hidden] of [
      ['a worktree of a clone with borrowed objects', join(linked, 'task'), [linked, main, lender]],
      ['a main checkout with a worktree', join(main, 'task'), [main, linked, lender]],
      ['a submodule', join(around, 'sub/task'), [around, join(around, 'sub')]],
      ['a file:// URL', `file://${lender}#main:task`, [lender]],
    ] as const) {
      attack(`read the solution from git: ${name}`, { aim: 'sandbox', guard }, async () => {
        using visitor = new Visitor();
        const { attempt, result } = await runAttackingAgent(visitor, {
          attempts: { look: LOOK },
          world: { dirs: hidden },
          endpoint,
          args: ['--key', key, '--sandbox', guard, '--task', task],
        });
        expect(attempt('look').secrets, result.stderr).toEqual([]);
        expect(attempt('look').output).not.toContain('\ntask\n');
      });
    }
  }
});

describe.skipIf(missing)(named('a repository at a file:// URL outside of every mask', missing), () => {
  const repository = pagerRepository(join(openDir ?? '', 'code'));
  for (const guard of SANDBOXES.slice(0, 1)) {
    attack('read the original repository', { aim: 'sandbox', guard }, async () => {
      using visitor = new Visitor();
      const { attempt } = await runAttackingAgent(visitor, {
        attempts: { look: 'return fs.readdirSync(world.repository).join(" ");' },
        world: { repository },
        endpoint,
        args: [
          ...['--key', key, '--sandbox', guard, '--repo', `file://${repository}`],
          ...['--test', 'npm test', '--seed', '4'],
        ],
      });
      expect(attempt('look').output).not.toContain('package.json');
    });
  }
});
