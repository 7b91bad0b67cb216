import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runConfined } from '../grading/confined-run.js';
import { takeSnapshot } from '../grading/snapshot.js';
import { filesBelow, writeTaskFiles } from '../grading/task-script.js';
import type { Workbench } from '../grading/workbench.js';
import { removeTree } from '../host/remove-tree.js';
import { UsageError } from '../model/errors.js';
import { cloneWorkspace } from '../tasks/clone-workspace.js';
import { matchGlobs } from '../tasks/globs.js';
import type { HiddenFile, Task } from '../tasks/task.js';
import { proveBaseline } from './baseline.js';
import { copyPool } from './copy-pool.js';
import { findMutants, type Mutant } from './find-mutants.js';
import { languageOf } from './languages.js';
import type { MutateEvent } from './mutate-repo.js';
import { findSites, hash, isWorthMutating, mutate, type SourceFile } from './sites.js';
import { taskFault } from './task-fault.js';
import { confinementFor, maxConcurrency, prepareTests } from './test-setup.js';
import { writeVariant } from './write-variant.js';

export interface MutateTaskOptions {
  /** Has named tests and a solution. */
  task: Task;
  seed: number;
  /** Gets the variant, in a directory with the name of the task and the seed. */
  outDir: string;
  /** Its temp dir is empty and gets all copies and candidates. */
  workbench: Workbench;
  on(event: MutateEvent): void;
}

const MAX_TRIES = 60;

/**
 * Makes a variant of a task: its solved workspace with another bug. Tests and hidden cases stay the same, because they
 * describe correct behaviour. Returns the directory of the variant.
 *
 * @throws UsageError `usage.no_variant` when the task cannot have a variant, or its tests notice no mutation by name
 * @throws PreflightError for a missing toolchain
 */
export async function mutateTask(options: MutateTaskOptions): Promise<string> {
  const { task, seed, workbench, on } = options;
  const workDir = workbench.tempDir;
  const { manifest } = task;
  if (manifest.integrity || manifest.expected_refusal || manifest.test_format === 'exit-code') {
    throw noVariant(task, 'is not a bug-fix task with named tests');
  }
  const language = languageOf(manifest.language);
  const confinement = await confinementFor(manifest.toolchain, workbench);
  const hidden = await task.openHidden();
  const tree = join(workDir, 'source');
  const unsolved = await solve(task, hidden, tree, { workbench, confinement });

  const snapshot = await takeSnapshot(tree);
  const [isEditable, isProtected] = [matchGlobs(manifest.editable), matchGlobs(manifest.protected)];
  const paths = [...snapshot.entries].filter(([, { type }]) => type === 'file').map(([path]) => path);
  const own = paths.filter(
    (path) => isEditable(path) && !isProtected(path) && language.extensions.some((end) => path.endsWith(end)),
  );
  const sources = (await readAll(tree, own)).filter(isWorthMutating);
  const files = new Map(sources.map((file) => [file.path, file]));

  const tests = new Map([...filesBelow(hidden, 'tests/')].filter(([path]) => !path.startsWith('hidden/')));
  const setup = await prepareTests(
    workDir,
    {
      tree,
      dependencies: task.dependencies,
      tests: new Map([...tests].map(([path, { content }]) => [path, content])),
      timeoutMs: manifest.verifierTimeoutS * 1000,
    },
    workbench,
    confinement,
  );
  const builtCopies = [await setup.freshCopy('warm'), await setup.freshCopy('warm')] as const;
  const baseline = await proveBaseline(builtCopies, setup, {
    command: 'tests/test.sh',
    format: manifest.test_format,
    absent: [],
    onRun: (run, of) => on({ type: 'baseline', run, of }),
  });
  // A variant must not have the bug of the task itself.
  const isAnother = (site: Parameters<typeof mutate>[1] & { path: string }) =>
    mutate(files.get(site.path)?.text ?? '', site) !== unsolved.get(site.path);
  const sites = findSites(sources, language, hash('variant', task.commit, String(seed))).filter(isAnother);
  on({ type: 'green', baseline, sites: sites.length });
  const variantOf = (mutant: Mutant) => ({ task, hidden, tree, mutant, files, seed });
  const [mutant] = await findMutants({
    ...{
      sites,
      files,
      baseline,
      setup,
      count: 1,
      maxTries: MAX_TRIES,
      describe: true,
      concurrency: maxConcurrency(workbench),
    },
    copies: copyPool(builtCopies, setup.freshCopy),
    async fault(candidate, signal) {
      const dir = await writeVariant(join(workDir, 'candidates', candidate.site.id), variantOf(candidate));
      return taskFault(dir, { workbench, signal, externalDependencies: task.dependencies });
    },
    onTried: (site, result) => on({ type: 'tried', purpose: 'task', site, result }),
  });
  if (!mutant) throw noVariant(task, `has no mutation that its tests notice, in ${MAX_TRIES} tries`);
  return writeVariant(options.outDir, variantOf(mutant));
}

/** Runs the solution in a fresh clone at `tree`. Returns the text of every file before that. */
async function solve(
  task: Task,
  hidden: ReadonlyMap<string, HiddenFile>,
  tree: string,
  {
    workbench,
    confinement,
  }: Pick<MutateTaskOptions, 'workbench'> & {
    confinement: Awaited<ReturnType<typeof confinementFor>>;
  },
): Promise<Map<string, string>> {
  const [solution, scratch] = [join(workbench.tempDir, 'solution'), join(workbench.tempDir, 'solve')];
  await mkdir(scratch);
  await cloneWorkspace(task, tree, { git: workbench.git, home: scratch });
  await writeTaskFiles(solution, filesBelow(hidden, 'solution/'));
  const { entries } = await takeSnapshot(tree);
  const unsolved = await readAll(
    tree,
    [...entries].filter(([, { type }]) => type === 'file').map(([path]) => path),
  );
  const { exitCode, stderr } = await runConfined(
    {
      ...{ argv: ['sh', join(solution, 'solve.sh')], workspace: tree, scratch, inputs: [solution] },
      env: { CAB_APP: tree },
      timeoutMs: 60_000,
    },
    confinement,
  );
  if (exitCode !== 0)
    throw noVariant(task, `has a solution/solve.sh that fails: ${stderr.trim().slice(-200)}`);
  await removeTree(join(tree, '.git'));
  return new Map(unsolved.map(({ path, text }) => [path, text]));
}

function readAll(tree: string, paths: readonly string[]): Promise<SourceFile[]> {
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(tree, path), 'utf8') })));
}

function noVariant(task: Task, why: string): UsageError {
  return new UsageError(`--seed cannot make a variant of ${task.id}: it ${why}.`, {
    code: 'usage.no_variant',
    fix: 'Give another seed, or another task, such as one of mutations/*.',
  });
}
