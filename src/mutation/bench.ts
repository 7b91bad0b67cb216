import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { PreflightError } from '../errors.js';
import type { Confinement } from '../grading/confined-run.js';
import { copyMaker } from '../grading/fresh-copy.js';
import { type SeededCache, seedCaches } from '../grading/seeded-cache.js';
import { makeDir } from '../make-dir.js';
import type { Masked } from '../sandbox/sandbox.js';
import { packTask } from '../tasks/pack.js';
import type { Dependency } from '../tasks/task.js';
import { resolveToolchain } from '../tasks/toolchains.js';
import type { TestBench } from './observe.js';

/** This machine, as far as tests need it. */
export interface MutationHost {
  git: string;
  /** The node that runs us. */
  node: string;
  env: Readonly<Record<string, string>>;
  /** PATH behind the toolchains' own directories. */
  systemDirs: readonly string[];
  /** This program's own, where build caches of toolchains are kept. */
  cacheDir: string;
  sandbox: Confinement['sandbox'];
  masked: readonly Masked[];
  marker: string;
  /** How many test runs go on at once. */
  width: number;
  signal: AbortSignal;
}

/** How tests of these toolchains are confined. Errors: PreflightError `preflight.no_toolchain`. */
export async function confinementFor(toolchain: readonly string[], host: MutationHost): Promise<Confinement> {
  const pathDirs: string[] = [];
  const readable: string[] = [host.node];
  const caches: SeededCache[] = [];
  for (const id of toolchain) {
    const found = await resolveToolchain(id, host);
    if (!found.ok) {
      throw new PreflightError(found.detail, { code: 'preflight.no_toolchain', fix: found.fix });
    }
    pathDirs.push(...found.binDirs);
    readable.push(...found.readableRoots);
    caches.push(...(await seedCaches(id, found, host.cacheDir)));
  }
  const { sandbox, masked, marker, signal } = host;
  return {
    sandbox,
    pathDirs: [...new Set([...pathDirs, ...host.systemDirs])],
    readable,
    masked,
    caches,
    marker,
    signal,
  };
}

/**
 * Sets up a project's tests below `dir`: its tree becomes the workspace of a task, so that every copy is made as a
 * graded one is. `tests` are files by name, `test.sh` among them.
 */
export async function openBench(
  dir: string,
  project: {
    tree: string;
    dependencies: readonly Dependency[];
    tests: ReadonlyMap<string, Uint8Array | string>;
    timeoutMs: number;
  },
  host: MutationHost,
  confinement: Confinement,
): Promise<TestBench> {
  const [taskDir, testsDir, tempDir] = [join(dir, 'pristine'), join(dir, 'tests'), join(dir, 'copies')];
  await Promise.all([
    makeDir(join(taskDir, 'tests')),
    makeDir(join(taskDir, 'solution')),
    mkdir(testsDir),
    mkdir(tempDir),
  ]);
  await cp(project.tree, join(taskDir, 'environment/workspace'), { recursive: true, verbatimSymlinks: true });
  await Promise.all([
    writeFile(join(taskDir, 'task.toml'), MANIFEST),
    writeFile(join(taskDir, 'instruction.md'), ''),
    writeFile(join(taskDir, 'tests/test.sh'), ''),
    writeFile(join(taskDir, 'solution/solve.sh'), ''),
    ...[...project.tests].map(([name, content]) => writeFile(join(testsDir, name), content)),
  ]);
  const packed = await packTask(taskDir, join(dir, 'packed'), { git: host.git });
  const task = { ...packed, dependencies: project.dependencies };
  const freshCopy = await copyMaker({ task, git: host.git, tempDir, sandbox: host.sandbox });
  return { freshCopy, testsDir, timeoutMs: project.timeoutMs, confinement };
}

/** Nothing is ever graded by it. */
const MANIFEST = stringify({
  metadata: {
    codingagentbench: {
      ...{
        family: 'pristine',
        language: '',
        title: '',
        toolchain: [],
        max_turns: 1,
        test_format: 'exit-code',
      },
      ...{
        fail_to_pass: [],
        pass_to_pass: [],
        ground_truth_files: [],
        editable: [],
        protected: [],
        canary: '-',
      },
    },
  },
  agent: { timeout_sec: 1 },
  verifier: { timeout_sec: 1 },
});
