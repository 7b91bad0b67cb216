import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { type Files, TINY, writeTree } from '../unit/grading/tiny-task.js';

const visitor = new Visitor();
afterAll(() => visitor[Symbol.dispose]());

const HARBOR: Files = {
  'task.toml': 'version = "1.0"\n',
  'instruction.md': 'Do it.\n',
  'environment/Dockerfile': 'FROM ubuntu:24.04\nWORKDIR /app\n',
  'tests/test.sh': 'echo 0 > /logs/verifier/reward.txt\n',
};
const toml = (from: string | RegExp, to: string): Files => ({
  'task.toml': (TINY['task.toml'] ?? '').replace(from, to),
});

let made = 0;
function taskWith(files: Files, spoil: (dir: string) => void = () => {}): string {
  const dir = join(visitor.dir, `task-${made++}`);
  writeTree(dir, files);
  spoil(dir);
  return dir;
}

const without = (path: string) => taskWith(TINY, (dir) => rmSync(join(dir, path), { recursive: true }));

describe.each<[string, () => string, string]>([
  ['no task.toml', () => without('task.toml'), 'DIR is not a task: it has no task.toml.'],
  ['no instruction', () => without('instruction.md'), 'DIR is not a task: it has no instruction.md.'],
  ['no test script', () => without('tests/test.sh'), 'DIR is not a task: it has no tests/test.sh.'],
  ['no solution', () => without('solution'), 'DIR is not a task: it has no solution/solve.sh.'],
  [
    'no workspace',
    () => without('environment/workspace'),
    'DIR is not a task: it has no environment/workspace.',
  ],
  [
    'bad TOML',
    () => taskWith({ ...TINY, 'task.toml': 'x = [\n' }),
    'DIR/task.toml is not valid TOML: line 2, column 1.',
  ],
  [
    'a wrong type',
    () => taskWith({ ...TINY, ...toml('max_turns = 5', 'max_turns = "five"') }),
    'DIR/task.toml: metadata.codingagentbench.max_turns must be given, as number.',
  ],
  [
    'a path that leads out',
    () => taskWith({ ...TINY, ...toml('protected = ["tests/**"', 'protected = ["../tests/**"') }),
    'DIR/task.toml: metadata.codingagentbench.protected.0 leads out of the task.',
  ],
  [
    'no named test',
    () => taskWith({ ...TINY, ...toml('fail_to_pass = ["adds"]', 'fail_to_pass = []') }),
    'DIR/task.toml: metadata.codingagentbench.fail_to_pass names no test.',
  ],
  [
    'a link out of it',
    () => taskWith(TINY, (dir) => symlinkSync('/etc/passwd', join(dir, 'solution/more'))),
    'DIR/solution/more is neither a file nor a directory.',
  ],
  [
    'invalid hidden cases',
    () => taskWith({ ...TINY, 'tests/hidden/cases.json': '{' }),
    'DIR: tests/hidden/cases.json is not a list of hidden cases.',
  ],
  [
    'a Dockerfile that copies from outside',
    () => taskWith({ ...HARBOR, 'environment/Dockerfile': 'FROM ubuntu\nWORKDIR /app\nCOPY ../tests .\n' }),
    'DIR/environment/Dockerfile:3: COPY ../tests leads out of the build context.',
  ],
  [
    'a Dockerfile that needs a container engine',
    () => taskWith({ ...HARBOR, 'environment/Dockerfile': 'FROM ubuntu\nRUN true\n' }),
    'DIR/environment/Dockerfile:2: RUN true needs a container engine.',
  ],
])('a task directory with %s', (_, make, sentence) => {
  it.each([
    ['tasks', 'validate'],
    ['check', '--demo', '--task'],
  ])('is one sentence and exit code 2: %s', async (...args) => {
    const dir = make();
    const { code, stdout, stderr } = await visitor.run([
      ...args.filter((arg) => typeof arg === 'string'),
      dir,
    ]);
    expect([code, stdout]).toEqual([2, '']);
    const [message, fix, ...more] = stderr.replaceAll(dir, 'DIR').trimEnd().split('\n');
    expect([message, more]).toEqual([sentence, []]);
    expect(fix).toMatch(/^[A-Z]/);
    expect(visitor.litter()).toEqual([]);
  });
});

describe('a task whose own solution fails', () => {
  const broken = () => taskWith({ ...TINY, 'solution/solve.sh': 'echo no patch here >&2\nexit 9\n' });
  const harbor = () => taskWith({ ...HARBOR, 'solution/solve.sh': 'exit 9\n' });

  it.each([
    ['a task of this program', broken, 'solution/solve.sh ended with exit code 9: no patch here'],
    ['a Harbor-only task', harbor, 'solution/solve.sh ended with exit code 9'],
  ])('validate reports it, exit code 2: %s', async (_, make, why) => {
    const { code, stdout } = await visitor.run(['tasks', 'validate', make()]);
    expect(code).toBe(2);
    expect(stdout).toContain(why);
    expect(visitor.litter()).toEqual([]);
  });

  it('the demo reports it, exit code 2', async () => {
    const { code, stdout } = await visitor.run(['check', '--demo', '--task', broken()]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/solution\/solve\.sh ended with exit code 9: no patch here/);
    expect(visitor.litter()).toEqual([]);
  });
});

it('runs a Harbor-only task from a git repository, by tag and path', async () => {
  const repo = join(visitor.dir, 'tasks.git');
  const name = 'slug-rules';
  mkdirSync(join(repo, 'set'), { recursive: true });
  cpSync(join(import.meta.dirname, '..', 'harbor', 'tasks', name), join(repo, 'set', name), {
    recursive: true,
  });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: repo, stdio: 'pipe' });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message=tasks');
  git('tag', 'v1');
  const url = `${pathToFileURL(repo)}#v1:set/${name}`;
  const shown = await visitor.run(['tasks', 'show', url, '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({
    id: `harbor/${name}`,
    harbor: true,
    max_turns: null,
    files: ['examples.txt', 'slugs/__init__.py', 'slugs/slug.py'],
  });
  const { code, stdout } = await visitor.run(['tasks', 'validate', url]);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`✔ harbor/${name}`)]);
});
