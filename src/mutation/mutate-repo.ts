import { join } from 'node:path';
import type { Workbench } from '../grading/workbench.js';
import { makeDir } from '../host/make-dir.js';
import { UsageError } from '../model/errors.js';
import { type Baseline, proveBaseline } from './baseline.js';
import { canControl, controlsFor } from './controls.js';
import { copyPool } from './copy-pool.js';
import { type DropReason, findMutants, type Mutant } from './find-mutants.js';
import { LANGUAGES, type Language, languageOf } from './languages.js';
import { leakFinder } from './leak-finder.js';
import { renderTestScript } from './render-scripts.js';
import { findSites, hash, isOwnSource, isWorthMutating, type Site, type SourceFile } from './sites.js';
import { cloneSource, readSources, type SourceRepo } from './source-repo.js';
import { taskFault } from './task-fault.js';
import { confinementFor, maxConcurrency, prepareTests } from './test-setup.js';
import { withTypeStripping } from './type-stripping.js';
import { type TaskToWrite, writeTask } from './write-task.js';

export interface MutateOptions {
  /** Path or URL of a git repository, optionally with `#ref`. */
  repo: string;
  /** Shell command that runs the project's tests, in the top directory of the tree. */
  command: string;
  seed: number;
  count: number;
  /** Id of one of `LANGUAGES`; null: the language of most of the code. */
  language: string | null;
  /** Directory to write to: one subdirectory for each task. */
  outDir: string;
  /** Do not copy dependencies into the task: it runs at once and uses those of the repository. */
  inPlace: boolean;
  /** Time limit of one run of the tests. */
  testTimeoutS: number;
  /** All copies and candidates are made in its temp dir, which must be empty. */
  workbench: Workbench;
  on(event: MutateEvent): void;
}

/** Progress. */
export type MutateEvent =
  | { type: 'cloned'; repo: SourceRepo; language: Language; files: number }
  | { type: 'baseline'; run: number; of: number }
  | { type: 'green'; baseline: Baseline; sites: number }
  | { type: 'tried'; purpose: 'task' | 'control'; site: Site; result: Mutant | DropReason };

export interface MutateResult {
  repo: SourceRepo;
  language: Language;
  baseline: Baseline;
  sites: number;
  written: ReadonlyArray<{ name: string; dir: string; mutant: Mutant; controls: number }>;
  dropped: ReadonlyArray<{ site: Site; why: DropReason }>;
}

const CONTROLS = 3;
const CONTROL_TRIES = 25;
const triesFor = (count: number) => 20 + 15 * count;

/**
 * Makes tasks from a repository: clones it, checks that its tests pass, and writes a task for each mutation that the
 * tests notice and that passes the task checks. The same repository, commit, command and seed give the same bytes.
 *
 * @throws UsageError for a repository, a language or tests from which no task can be made
 * @throws PreflightError for a missing toolchain
 */
export async function mutateRepo(options: MutateOptions): Promise<MutateResult> {
  const { seed, count, command, testTimeoutS, workbench, on } = options;
  const workDir = workbench.tempDir;
  const repo = await cloneSource(options.repo, join(workDir, 'source'), {
    git: workbench.git,
    env: workbench.host.env,
  });
  const chosen = await chooseLanguage(repo, options.language);
  const { sources } = chosen;
  const language = await withTypeStripping(chosen.language, repo, command);
  const files = new Map(sources.map((file) => [file.path, file]));
  on({ type: 'cloned', repo, language, files: files.size });

  const testScript = renderTestScript(command, language);
  const setup = await prepareTests(
    workDir,
    { ...repo, tests: new Map([['test.sh', testScript]]), timeoutMs: testTimeoutS * 1000 },
    workbench,
    await confinementFor(language.toolchain, workbench),
  );
  const builtCopies = [await setup.freshCopy('warm'), await setup.freshCopy('warm')] as const;
  const baseline = await proveBaseline(builtCopies, setup, {
    command,
    format: null,
    absent: repo.absent,
    onRun: (run, of) => on({ type: 'baseline', run, of }),
  });
  const sites = findSites(sources, language, hash('mutants', repo.commit, String(seed)));
  on({ type: 'green', baseline, sites: sites.length });

  const common = {
    ...{
      files,
      baseline,
      concurrency: maxConcurrency(workbench),
      copies: copyPool(builtCopies, setup.freshCopy),
    },
    setup: { ...setup, timeoutMs: mutantTimeoutMs(baseline, testTimeoutS) },
  };
  // Controls have their own order of sites, so that a task does not depend on `count`.
  const controls = await findMutants({
    ...common,
    sites: findSites(sources, language, hash('controls', repo.commit)).filter((site) =>
      canControl(site, files),
    ),
    count: CONTROLS,
    maxTries: CONTROL_TRIES,
    describe: false,
    onTried: (site, result) => on({ type: 'tried', purpose: 'control', site, result }),
  });

  const taskOf = (mutant: Mutant): TaskToWrite => ({
    ...{ mutant, repo, language, baseline, command, testScript, files, seed, inPlace: options.inPlace },
    name: `${slug(repo.name)}-${mutant.site.id.slice(0, 8)}`,
    canary: `cab-canary-${hash('canary', repo.commit, mutant.site.id).slice(0, 16)}`,
    controls: controlsFor(mutant, controls, files),
    verifierTimeoutS: testTimeoutS,
  });
  const leaks = await leakFinder(repo, new Set(files.keys()));
  const dropped: Array<{ site: Site; why: DropReason }> = [];
  const mutants = await findMutants({
    ...common,
    sites,
    count,
    maxTries: triesFor(count),
    describe: true,
    async fault(mutant, signal) {
      const leak = await leaks.find(mutant.site, files.get(mutant.site.path)?.text ?? '');
      if (leak !== null) return `the original code is also in ${leak}`;
      const task = taskOf(mutant);
      const dir = join(workDir, 'candidates', task.name);
      await writeTask(dir, { ...task, inPlace: true });
      return taskFault(dir, { workbench, signal, externalDependencies: repo.dependencies });
    },
    onTried(site, result) {
      if (typeof result === 'string') dropped.push({ site, why: result });
      on({ type: 'tried', purpose: 'task', site, result });
    },
  });

  const written = [];
  for (const mutant of mutants) {
    const task = taskOf(mutant);
    const dir = join(options.outDir, task.name);
    await makeDir(options.outDir);
    await writeTask(dir, task);
    written.push({ name: task.name, dir, mutant, controls: task.controls.length });
  }
  return { repo, language, baseline, sites: sites.length, written, dropped };
}

/** Time limit for the tests of a mutant, which may loop forever: a multiple of the time of the baseline, at most `limitS`. */
function mutantTimeoutMs({ elapsedMs }: Baseline, limitS: number): number {
  return Math.min(limitS * 1000, 15_000 + 8 * elapsedMs);
}

async function chooseLanguage(
  repo: SourceRepo,
  wanted: string | null,
): Promise<{ language: Language; sources: SourceFile[] }> {
  const candidates = wanted === null ? LANGUAGES : [languageOf(wanted)];
  const withSources = await Promise.all(
    candidates.map(async (language) => {
      const sources = (await readSources(repo, isOwnSource(language))).filter(isWorthMutating);
      // A header may be C or C++; only the compiled files tell which.
      const compiled = sources.filter(({ path }) => !path.endsWith('.h'));
      return { language, sources, size: compiled.reduce((sum, { text }) => sum + text.length, 0) };
    }),
  );
  const [best] = withSources.filter(({ sources }) => sources.length > 0).sort((a, b) => b.size - a.size);
  if (best) return best;
  throw new UsageError(
    `${repo.name} has no ${candidates.map(({ id }) => id).join(', ')} source outside of tests, examples and vendored code.`,
    { code: 'usage.no_source', fix: 'Give another repository, or another --language.' },
  );
}

function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'repository'
  );
}
