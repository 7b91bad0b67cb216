import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GradingCopy } from '../grading/fresh-copy.js';
import { readTestNames } from '../grading/test-names.js';
import type { Baseline } from './baseline.js';
import { type CopyPool, removeCopy } from './copy-pool.js';
import { commonFailures } from './failure-text.js';
import { inOrder } from './in-order.js';
import { runTests, type TestRun, type TestSetup } from './run-tests.js';
import { mutate, type Site, type SourceFile } from './sites.js';

/** A mutation that the tests notice, by name. */
export interface Mutant {
  site: Site;
  /** Sorted. */
  failToPass: readonly string[];
  passToPass: readonly string[];
  /** What the failing tests print, as far as it is the same every time. */
  failureText: string;
}

/** Why a mutation was not kept; `invalid`: the task made of it does not climb the ladder. */
export type DropReason =
  | 'unnoticed'
  | 'broken'
  | 'timed out'
  | 'nothing passes'
  | 'unsteady'
  | 'close to another'
  | `invalid: ${string}`;

export interface FindMutantsOptions {
  /** In the order to try them. */
  sites: readonly Site[];
  files: ReadonlyMap<string, SourceFile>;
  baseline: Baseline;
  setup: TestSetup;
  copies: CopyPool;
  /** How many are tried at once. It changes nothing of what is found. */
  concurrency: number;
  /** How many to keep. */
  count: number;
  maxTries: number;
  /** Whether what the failing tests print is wanted, which takes one more run. */
  describe: boolean;
  /** What else speaks against one that the tests notice; null: nothing. */
  fault?: (mutant: Mutant, signal: AbortSignal) => Promise<string | null>;
  /** Called in the order of the sites. */
  onTried(site: Site, result: Mutant | DropReason): void;
}

/** A mutation this close to one that was kept says nothing new. */
const CLOSE_LINES = 3;
const SHORTEST_TELLING = 8;

/** Tries sites until `count` mutants are kept: the first in the order of the sites, however many are tried at once. */
export async function findMutants(options: FindMutantsOptions): Promise<Mutant[]> {
  const { sites, concurrency, count, maxTries, onTried } = options;
  const kept: Mutant[] = [];
  let tries = 0;
  if (count === 0) return kept;
  const isClose = (site: Site) =>
    kept.some(
      (other) => other.site.path === site.path && Math.abs(other.site.line - site.line) <= CLOSE_LINES,
    );
  const attempts = inOrder(sites, concurrency, async (site, signal) =>
    isClose(site) ? 'close to another' : tryOut(site, apart(options, site, signal), signal),
  );
  for await (const { item: site, result: found } of attempts) {
    // One that was tried before its neighbour was kept is as close as one that was not.
    const result = isClose(site) ? 'close to another' : found;
    if (result !== 'close to another') tries++;
    if (typeof result !== 'string') kept.push(result);
    onTried(site, result);
    if (kept.length >= count || tries >= maxTries) break;
  }
  return kept;
}

/** The same hunt for one site: its runs end when nobody waits for them any more. */
function apart(options: FindMutantsOptions, site: Site, signal: AbortSignal): FindMutantsOptions {
  const { setup, concurrency } = options;
  const { confinement } = setup;
  const { marker } = confinement;
  const own = {
    // What bears the marker of a run is killed at its end, which must not be the run beside it.
    marker: concurrency === 1 ? marker : `${marker}-${site.id}`,
    signal: confinement.signal ? AbortSignal.any([signal, confinement.signal]) : signal,
  };
  return { ...options, setup: { ...setup, confinement: { ...confinement, ...own } } };
}

async function tryOut(
  site: Site,
  options: FindMutantsOptions,
  signal: AbortSignal,
): Promise<Mutant | DropReason> {
  const mutant = await options.copies.use((copy) => observeMutant(site, copy, options));
  if (typeof mutant === 'string') return mutant;
  const fault = await options.fault?.(mutant, signal);
  return fault ? `invalid: ${fault}` : mutant;
}

/** A mutant is seen to fail in a standing copy, which is pristine again afterwards, then in fresh ones. */
async function observeMutant(
  site: Site,
  copy: GradingCopy,
  { files, baseline, setup, describe }: FindMutantsOptions,
): Promise<Mutant | DropReason> {
  const text = files.get(site.path)?.text ?? '';
  const mutated = mutate(text, site);
  const file = join(copy.app, site.path);
  await writeFile(file, mutated);
  const first = judge(await runTests(copy, setup), baseline);
  await writeFile(file, text);
  if (typeof first === 'string') return first;

  const again: TestRun[] = [];
  for (const name of describe ? ['again', 'and-again'] : ['again']) {
    const fresh = await setup.freshCopy(name);
    try {
      await writeFile(join(fresh.app, site.path), mutated);
      // With the caches of the standing one.
      again.push(await runTests({ ...fresh, dir: copy.dir }, setup));
    } finally {
      await removeCopy(fresh);
    }
  }
  const steady = again.every((testRun) => {
    const verdict = judge(testRun, baseline);
    return (
      typeof verdict !== 'string' && same(verdict.failed, first.failed) && same(verdict.passed, first.passed)
    );
  });
  if (!steady) return 'unsteady';
  return {
    site,
    failToPass: first.failed,
    passToPass: first.passed,
    failureText: describe
      ? commonFailures(again as [TestRun, TestRun], baseline.format, changedLines(text, site))
      : '',
  };
}

/** The lines that a mutation changes, before and after. Very short ones stand anywhere, and tell nothing. */
export function changedLines(text: string, site: Site): string[] {
  const from = text.lastIndexOf('\n', site.start - 1) + 1;
  const end = text.indexOf('\n', site.end);
  const to = end === -1 ? text.length : end;
  const after = text.slice(from, site.start) + site.replacement + text.slice(site.end, to);
  return `${text.slice(from, to)}\n${after}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_TELLING);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.join('\n') === b.join('\n');
}

/** Which tests fail, and which pass all the same; or why that is nothing to ask anyone to mend. */
function judge(
  testRun: TestRun,
  { format, names }: Baseline,
): { failed: string[]; passed: string[] } | DropReason {
  if (testRun.timedOut) return 'timed out';
  if (testRun.exitCode === 0) return 'unnoticed';
  const outcomes = readTestNames(format, testRun);
  const [failed, passed] = (['failed', 'passed'] as const).map((status) =>
    names.filter((name) => outcomes.get(name) === status),
  ) as [string[], string[]];
  // A build error, a crash or an exit keeps tests from running, and says nothing about any of them.
  if (failed.length + passed.length < names.length) return 'broken';
  if (failed.length === 0) return 'unnoticed';
  return passed.length === 0 ? 'nothing passes' : { failed, passed };
}
