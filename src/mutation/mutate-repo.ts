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
  /** Path or URL of a git repository, with `#ref` if wanted. */
  repo: string;
  /** Runs the project's tests, by `sh`, at the top of the tree. */
  command: string;
  seed: number;
  count: number;
  /** Id of `LANGUAGES`; null: the one most of the code is in. */
  language: string | null;
  /** Gets one directory a task. */
  outDir: string;
  /** Dependencies stay where the repository has them, for a task that is run at once; else they are copied. */
  lend: boolean;
  /** Limit of one run of the tests. */
  testTimeoutS: number;
  /** Its temp dir is empty, and gets everything that is tried. */
  workbench: Workbench;
  on(event: MutateEvent): void;
}

/** How far it is. */
export type MutateEvent =
  | { type: 'cloned'; repo: SourceRepo; language: Language; files: number }
  | { type: 'baseline'; run: number; of: number }
  | { type: 'green'; baseline: Baseline; sites: number }
  | { type: 'tried'; purpose: 'task' | 'control'; site: Site; result: Mutant | DropReason };

/** What came of it. */
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
 * Makes tasks out of a repository: clones it, proves its tests green, and writes one task for each mutation that the
 * tests notice, if it climbs the ladder. The same repository, commit, command and seed give the same tasks, byte for byte.
 *
 * @throws UsageError for a repository, language, or tests that cannot serve; PreflightError for a missing toolchain
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
  const built = [await setup.freshCopy('warm'), await setup.freshCopy('warm')] as const;
  const baseline = await proveBaseline(built, setup, {
    command,
    format: null,
    absent: repo.absent,
    onRun: (run, of) => on({ type: 'baseline', run, of }),
  });
  const sites = findSites(sources, language, hash('mutants', repo.commit, String(seed)));
  on({ type: 'green', baseline, sites: sites.length });

  const common = {
    ...{ files, baseline, concurrency: maxConcurrency(workbench), copies: copyPool(built, setup.freshCopy) },
    setup: { ...setup, timeoutMs: patience(baseline, testTimeoutS) },
  };
  // In an order of their own, so that no task depends on how many others were asked for.
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
    ...{ mutant, repo, language, baseline, command, testScript, files, seed, lend: options.lend },
    name: `${slug(repo.name)}-${mutant.site.id.slice(0, 8)}`,
    canary: `cab-canary-${hash('canary', repo.commit, mutant.site.id).slice(0, 16)}`,
    controls: controlsFor(mutant, controls, files),
    verifierTimeoutS: testTimeoutS,
  });
  const copies = await leakFinder(repo, new Set(files.keys()));
  const dropped: Array<{ site: Site; why: DropReason }> = [];
  const mutants = await findMutants({
    ...common,
    sites,
    count,
    maxTries: triesFor(count),
    describe: true,
    async fault(mutant, signal) {
      const copy = await copies.find(mutant.site, files.get(mutant.site.path)?.text ?? '');
      if (copy !== null) return `the code as it was stands in ${copy} too`;
      const task = taskOf(mutant);
      const dir = join(workDir, 'candidates', task.name);
      await writeTask(dir, { ...task, lend: true });
      return taskFault(dir, { workbench, signal, lent: repo.dependencies });
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

/** A mutant may make a loop endless: it gets some multiple of what the tests took, and no more than their limit. */
function patience({ elapsedMs }: Baseline, limitS: number): number {
  return Math.min(limitS * 1000, 15_000 + 8 * elapsedMs);
}

async function chooseLanguage(
  repo: SourceRepo,
  wanted: string | null,
): Promise<{ language: Language; sources: SourceFile[] }> {
  const candidates = wanted === null ? LANGUAGES : [languageOf(wanted)];
  const found = await Promise.all(
    candidates.map(async (language) => {
      const sources = (await readSources(repo, isOwnSource(language))).filter(isWorthMutating);
      // A header may be C or C++; what is compiled says which.
      const telling = sources.filter(({ path }) => !path.endsWith('.h'));
      return { language, sources, size: telling.reduce((sum, { text }) => sum + text.length, 0) };
    }),
  );
  const [best] = found.filter(({ sources }) => sources.length > 0).sort((a, b) => b.size - a.size);
  if (best) return best;
  throw new UsageError(
    `${repo.name} has no source of its own in ${candidates.map(({ id }) => id).join(', ')} outside tests, examples and vendored code.`,
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
