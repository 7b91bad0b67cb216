import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { type GradeResult, grade } from '../../../src/grading/grade.js';
import { takeSnapshot } from '../../../src/grading/snapshot.js';
import { findOnPath } from '../../../src/host/find-on-path.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { bubblewrap } from '../../../src/sandbox/wrappers/bubblewrap.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { cloneWorkspace } from '../../../src/tasks/clone-workspace.js';
import { packTask } from '../../../src/tasks/pack.js';
import type { Task } from '../../../src/tasks/task.js';
import * as needs from '../../needs.js';

export type Files = Record<string, string>;

export function writeTree(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

const tempDirs: string[] = [];
afterAll(() => {
  for (const dir of tempDirs) rmSync(dir, { recursive: true, force: true });
});

export function makeTempDir(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'cab-grading-')));
  tempDirs.push(dir);
  return dir;
}

/**
 * A task in which `add` subtracts. It has two visible tests, one of which passes anyway, and hidden cases with other
 * numbers.
 */
export const TINY: Files = {
  'environment/workspace/src/add.mjs': 'export const add = (a, b) => a - b;\n',
  'environment/workspace/tests/add.test.mjs': `import assert from 'node:assert';
import { test } from 'node:test';
import { add } from '../src/add.mjs';

test('adds', () => assert.strictEqual(add(2, 3), 5));
test('adds nothing', () => assert.strictEqual(add(4, 0), 4));
`,
  'environment/workspace/package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  'instruction.md': 'Fix add.\n',
  'tests/test.sh': 'cd "$CAB_APP" && exec node --test --test-reporter=tap tests/*.mjs\n',
  'tests/hidden/drive.mjs': `import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
const { add } = await import(pathToFileURL(process.cwd() + '/src/add.mjs').href);
let index = 0;
for await (const line of createInterface({ input: process.stdin })) {
  console.log('CAB-CASE ' + index++ + ' ' + JSON.stringify(add(...JSON.parse(line))));
}
`,
  'tests/hidden/cases.json': JSON.stringify([
    { name: 'hidden one', input: [20, 22], expected: 42 },
    { name: 'hidden two', input: [-7, 9], expected: 2 },
  ]),
  'solution/solve.sh': 'true\n',
  'task.toml': `
[metadata.codingagentbench]
family = "tiny"
language = "javascript"
title = "add subtracts"
toolchain = ["node"]
max_turns = 5
test_format = "node-tap"
fail_to_pass = ["adds"]
pass_to_pass = ["adds nothing"]
ground_truth_files = ["src/add.mjs"]
editable = ["src/**"]
protected = ["tests/**", "package.json"]
ignore = ["**/__pycache__/**", "target/**"]
canary = "cab-canary-00000000000000aa"
[metadata.codingagentbench.hidden]
command = ["node", "--eval", "import(process.env.CAB_DRIVER + '/drive.mjs')"]
timeout_s = 20
[agent]
timeout_sec = 60
[verifier]
timeout_sec = 20
`,
};

export const FIXED = 'export const add = (a, b) => a + b;\n';

export async function packTiny(changes: Files = {}): Promise<Task> {
  const dir = makeTempDir();
  writeTree(join(dir, 'tiny'), { ...TINY, ...changes });
  return packTask(join(dir, 'tiny'), join(dir, 'packed'));
}

const SYSTEM_DIRS = ['/usr/local/bin', '/usr/bin', '/bin'];
const bwrapPath = findOnPath('bwrap', process.env.PATH ?? '');

/** For tests that need bubblewrap; null when it is missing or cannot run. */
export const bubblewrapHere: Sandbox | null =
  bwrapPath === null || needs.bubblewrap !== null
    ? null
    : bubblewrap({
        bwrapPath,
        nodePath: process.execPath,
        bridgePath: process.execPath,
        home: '/nonexistent',
        disableUserns: false,
      });

export interface Attempt {
  task: Task;
  /** What the agent does to the workspace. */
  agent(workspace: string): unknown;
  /** Directories of toolchains other than Node. */
  pathDirs?: string[];
  readable?: string[];
  sandbox?: Sandbox;
  signal?: AbortSignal;
}

/** Lets `agent` change a fresh workspace, and grades the result. */
export async function gradeAttempt({
  task,
  agent,
  sandbox = noSandbox,
  pathDirs = [],
  readable = [],
  signal,
}: Attempt): Promise<GradeResult> {
  const root = makeTempDir();
  const [workspace, home, tempDir] = [join(root, 'workdir'), join(root, 'home'), join(root, 'grading')];
  mkdirSync(home);
  mkdirSync(tempDir);
  await cloneWorkspace(task, workspace, { home });
  const before = await takeSnapshot(workspace);
  agent(workspace);
  return grade({
    task,
    workspace,
    before,
    tempDir,
    sandbox,
    pathDirs: [...pathDirs, dirname(process.execPath), ...SYSTEM_DIRS],
    readable: [...readable, dirname(process.execPath)],
    masked: [],
    caches: [],
    marker: `grading-${Math.random().toString(36).slice(2)}`,
    ...(signal ? { signal } : {}),
  });
}
