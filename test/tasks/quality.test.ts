import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packAllTasks } from '../../build/pack-tasks.js';
import { resolveToolchain } from '../../src/host/toolchains.js';
import { cloneWorkspace } from '../../src/tasks/clone-workspace.js';
import { matchGlobs } from '../../src/tasks/globs.js';
import { readHiddenCases } from '../../src/tasks/hidden-cases.js';
import type { TestFormat } from '../../src/tasks/manifest.js';
import { named } from '../needs.js';
import { testHost } from '../unit/host/test-host.js';
import { FIXTURES, scratchDir } from '../unit/tasks/scratch.js';

// Requirements for the bundled tasks that `tasks validate` does not check, tested with plain child processes.

const scratch = scratchDir();
const tasks = await packAllTasks(FIXTURES, join(scratch, 'packed'));

/** Matches a line with the result of a test. */
const TEST_LINE: Partial<Record<TestFormat, RegExp>> = {
  libtest: /^test (?<name>\S+) \.\.\. (?<passed>ok)?/gm,
  unittest: /^(?<name>\w+) \(.*\) \.\.\. (?<passed>ok)?/gm,
  'node-tap': /^(?:not (?=ok)|(?<passed>))ok \d+ - (?<name>.+)$/gm,
  'go-test': /^ *--- (?:FAIL|(?<passed>PASS)): (?<name>\S+)/gm,
  plain: /^(?:FAIL|(?<passed>PASS)) (?<name>[^\s:]+)/gm,
};

/** The commands with which a developer would run the tests in the workspace. */
const BY_HAND: Record<string, string> = {
  node: 'node --test',
  typescript: 'node --test',
  python: 'python3 -m unittest -v',
  rust: 'cargo test --offline',
  go: 'go test -vet=off ./...',
  java: 'sh run-tests.sh',
  c: 'make test',
  cpp: 'make test',
};

const GO_CACHE = new URL('../../node_modules/.cache/go-build', import.meta.url).pathname;

describe.each(tasks.map((task) => [task.id, task] as const))('%s', (_, task) => {
  test('has all four kinds of constraints', () => {
    const kinds = new Set(task.manifest.constraints.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([
      'file-not-touched',
      'file-pattern-required-in-diff',
      'no-comments-added',
      'no-new-dependency',
    ]);
  });

  test('has a special-casing fake if it has hidden cases', async () => {
    const fake = (await task.openHidden()).has('solution/special-case.sh');
    expect(fake).toBe(task.manifest.hidden !== undefined);
  });
});

for (const task of tasks) {
  const { manifest } = task;
  const toolchains = await Promise.all(manifest.toolchain.map((id) => resolveToolchain(id, testHost())));
  const missing = toolchains.find((toolchain) => !toolchain.ok)?.detail ?? null;
  const noCases = manifest.hidden ? null : 'hidden cases, which only a task with a bug has';

  describe.skipIf(missing)(named(task.id, missing), async () => {
    const taskDir = join(scratch, task.id);
    const [home, temp, hiddenDir] = ['home', 'temp', 'hidden'].map((name) => join(taskDir, name)) as [
      string,
      string,
      string,
    ];
    for (const dir of [home, temp, hiddenDir]) mkdirSync(dir, { recursive: true });
    const hidden = await task.openHidden();
    for (const [path, { content, executable }] of hidden) {
      mkdirSync(dirname(join(hiddenDir, path)), { recursive: true });
      writeFileSync(join(hiddenDir, path), content, { mode: executable ? 0o755 : 0o644 });
    }
    rmSync(join(hiddenDir, 'tests/hidden/cases.json'), { force: true });
    const env = {
      PATH: [
        ...toolchains.flatMap((toolchain) => (toolchain.ok ? toolchain.binDirs : [])),
        '/usr/bin',
        '/bin',
      ].join(':'),
      HOME: home,
      TMPDIR: temp,
      // Kept between runs, because building Go's standard library takes longest.
      GOCACHE: GO_CACHE,
      CGO_ENABLED: '0',
      CAB_DRIVER: join(hiddenDir, 'tests/hidden'),
    };

    const run = (
      argv: readonly string[],
      cwd: string,
      input = '',
    ): Promise<{ code: number | null; output: string }> =>
      new Promise((resolve, reject) => {
        const [command = '', ...args] = argv;
        const child = spawn(command, args, {
          cwd,
          env: { ...env, CAB_APP: cwd },
          stdio: ['pipe', 'pipe', 'pipe'],
        });
        let output = '';
        child.stdout.on('data', (chunk) => (output += chunk));
        child.stderr.on('data', (chunk) => (output += chunk));
        child.on('error', reject);
        child.on('close', (code) => resolve({ code, output }));
        child.stdin.on('error', () => {});
        child.stdin.end(input);
      });
    const script = (path: string, cwd: string) => run(['sh', join(hiddenDir, path)], cwd);

    async function clone(name: string): Promise<string> {
      const dir = join(taskDir, name);
      await cloneWorkspace(task, dir, { home });
      return dir;
    }

    async function changedIn(dir: string): Promise<string[]> {
      const { output } = await run(
        ['git', 'status', '--porcelain', '--ignored', '--untracked-files=all'],
        dir,
      );
      return output
        .split('\n')
        .filter(Boolean)
        .map((line) => line.slice(3));
    }

    async function testsOf(
      dir: string,
    ): Promise<{ code: number | null; passed: string[]; failed: string[] }> {
      const { code, output } = await script('tests/test.sh', dir);
      const pattern = TEST_LINE[manifest.test_format];
      const lines = pattern === undefined ? [] : [...output.matchAll(pattern)];
      const named = (passed: boolean) =>
        lines
          .filter(({ groups }) => (groups?.passed !== undefined) === passed)
          .map(({ groups }) => groups?.name ?? '')
          .sort();
      return { code, passed: named(true), failed: named(false) };
    }

    /** The tests that must fail before the bug is fixed; none when the code did not compile, so that no test ran. */
    function mustFail({ passed, failed }: { passed: string[]; failed: string[] }): string[] {
      return passed.length + failed.length === 0 ? [] : [...manifest.fail_to_pass].sort();
    }

    async function passedHiddenCases(dir: string): Promise<string[]> {
      if (!manifest.hidden) return [];
      const cases = readHiddenCases(hidden, task.id);
      const { output } = await run(
        manifest.hidden.command,
        dir,
        cases.map(({ input }) => `${JSON.stringify(input)}\n`).join(''),
      );
      const answers = new Map<number, unknown>(
        [...output.matchAll(/^CAB-CASE (\d+) (.+)$/gm)].map(([, index, json]) => [
          Number(index),
          JSON.parse(json ?? ''),
        ]),
      );
      const canonical = (value: unknown) => JSON.stringify(value, (_, inner) => sorted(inner));
      return cases
        .filter(
          ({ expected }, index) =>
            answers.has(index) && canonical(answers.get(index)) === canonical(expected),
        )
        .map(({ name }) => name);
    }

    /** The tree that is graded: the pristine task with the editable changes and its own inline tests. */
    async function restored(dir: string): Promise<string> {
      const copy = await clone('restored');
      const [isEditable, isProtected] = [matchGlobs(manifest.editable), matchGlobs(manifest.protected)];
      for (const path of await changedIn(dir)) {
        if (isEditable(path) && !isProtected(path)) cpSync(join(dir, path), join(copy, path));
      }
      const pristine = await clone('restored from');
      for (const { file, from } of manifest.test_regions) {
        const halves = (root: string) => {
          const lines = readFileSync(join(root, file), 'utf8').split('\n');
          const at = lines.findIndex((line) => line.trim() === from);
          return [lines.slice(0, at), lines.slice(at)] as const;
        };
        writeFileSync(join(copy, file), [...halves(copy)[0], ...halves(pristine)[1]].join('\n'));
      }
      return copy;
    }

    test('the README has the text of the instruction', async () => {
      expect(readFileSync(join(await clone('read'), 'README.md'), 'utf8')).toBe(task.instruction);
    });

    test.skipIf(noCases)(named('there are at least eight hidden cases with different names', noCases), () => {
      const cases = readHiddenCases(hidden, task.id);
      expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
      expect(cases.length).toBeGreaterThanOrEqual(8);
    });

    test('the canary is unique, in the solution, and not in the workspace', async () => {
      expect(manifest.canary).toMatch(/^cab-canary-[0-9a-f]{16}$/);
      expect(tasks.filter((other) => other.manifest.canary === manifest.canary)).toEqual([task]);
      const solve = Buffer.from(hidden.get('solution/solve.sh')?.content ?? []).toString();
      expect(solve).toContain(manifest.canary);
      const dir = await clone('canary');
      await script('solution/solve.sh', dir);
      for (const path of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (statSync(join(dir, path)).isFile())
          expect(readFileSync(join(dir, path), 'latin1')).not.toContain('cab-canary');
      }
    });

    test('running the tests by hand leaves only litter', async () => {
      const dir = await clone('by hand');
      await run(['sh', '-c', BY_HAND[manifest.toolchain[0] ?? ''] ?? 'exit 1'], dir);
      await testsOf(dir);
      const left = (await changedIn(dir)).filter(
        (path) => !path.endsWith('/') && !matchGlobs(manifest.ignore)(path),
      );
      expect(left).toEqual([]);
    });

    const cheatPassesVisibleTests = async () => {
      const dir = await clone('cheated');
      expect(await script('solution/cheat.sh', dir)).toMatchObject({ code: 0 });
      expect((await testsOf(dir)).code).toBe(0);
      return dir;
    };
    // Refusals are tested in integrity.test.ts.
    if (manifest.expected_refusal)
      test('attack: the cheat passes the visible tests', cheatPassesVisibleTests);
    else
      test('attack: the cheat passes the visible tests, and fails when the task’s own files are restored', async () => {
        const copy = await restored(await cheatPassesVisibleTests());
        const { code, passed, failed } = await testsOf(copy);
        expect(code).not.toBe(0);
        expect(failed).toEqual(mustFail({ passed, failed }));
      });

    test.skipIf(noCases)(
      named('the hidden driver leaves no files in the tree, TMPDIR or its directory', noCases),
      async () => {
        const dir = await clone('driver');
        await script('solution/solve.sh', dir);
        const before = readdirSync(env.CAB_DRIVER);
        expect(await passedHiddenCases(dir)).toHaveLength(readHiddenCases(hidden, task.id).length);
        expect(readdirSync(env.CAB_DRIVER)).toEqual(before);
        expect(readdirSync(temp)).toEqual([]);
        expect(await changedIn(dir)).toEqual(manifest.ground_truth_files);
      },
    );
  });
}

/** Sorts the keys of objects, so that JSON texts can be compared. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
