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

/** A mutation that makes named tests fail. */
export interface Mutant {
  site: Site;
  /** Names of the tests that fail, sorted. */
  failToPass: readonly string[];
  /** Names of the tests that still pass, sorted. */
  passToPass: readonly string[];
  /** The output of the failing tests that is the same in every run; empty when it was not asked for. */
  failureText: string;
}

/** Why a mutation was dropped; `invalid`: its task fails a task check. */
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
  /** How many sites are tried at once. It does not change the result. */
  concurrency: number;
  /** How many mutants to find. */
  count: number;
  maxTries: number;
  /** Whether mutants get their `failureText`, which takes one more test run. */
  describe: boolean;
  /** Another check of a mutant: returns why it is dropped, or null. */
  fault?: (mutant: Mutant, signal: AbortSignal) => Promise<string | null>;
  /** Called in the order of the sites. */
  onTried(site: Site, result: Mutant | DropReason): void;
}

/** Mutations this close together test the same code. */
const CLOSE_LINES = 3;
/** Shorter lines, such as `}`, occur everywhere. */
const MIN_SECRET_CHARS = 8;

/**
 * Tries sites until `count` mutants are accepted, and returns those, in the order of the sites.
 *
 * @throws HarnessError when this machine fails
 * @throws the reason of the signal when it aborts
 */
export async function findMutants(options: FindMutantsOptions): Promise<Mutant[]> {
  const { sites, concurrency, count, maxTries, onTried } = options;
  const accepted: Mutant[] = [];
  let tries = 0;
  if (count === 0) return accepted;
  const isClose = (site: Site) =>
    accepted.some(
      (other) => other.site.path === site.path && Math.abs(other.site.line - site.line) <= CLOSE_LINES,
    );
  const attempts = inOrder(sites, concurrency, async (site, signal) =>
    isClose(site) ? 'close to another' : trySite(site, isolated(options, site, signal), signal),
  );
  for await (const { item: site, result: own } of attempts) {
    // Check again: a neighbour may have been accepted meanwhile.
    const result = isClose(site) ? 'close to another' : own;
    if (result !== 'close to another') tries++;
    if (typeof result !== 'string') accepted.push(result);
    onTried(site, result);
    if (accepted.length >= count || tries >= maxTries) break;
  }
  return accepted;
}

/** The options for one site, whose test runs have their own marker and stop when `signal` aborts. */
function isolated(options: FindMutantsOptions, site: Site, signal: AbortSignal): FindMutantsOptions {
  const { setup, concurrency } = options;
  const { confinement } = setup;
  const { marker } = confinement;
  const own = {
    // At the end of a run every process with its marker is killed; a concurrent run must survive that.
    marker: concurrency === 1 ? marker : `${marker}-${site.id}`,
    signal: confinement.signal ? AbortSignal.any([signal, confinement.signal]) : signal,
  };
  return { ...options, setup: { ...setup, confinement: { ...confinement, ...own } } };
}

async function trySite(
  site: Site,
  options: FindMutantsOptions,
  signal: AbortSignal,
): Promise<Mutant | DropReason> {
  const mutant = await options.copies.use((copy) => testMutant(site, copy, options));
  if (typeof mutant === 'string') return mutant;
  const fault = await options.fault?.(mutant, signal);
  return fault ? `invalid: ${fault}` : mutant;
}

/** Runs the tests on a mutant in a warm copy, which is restored afterwards, and then again in fresh copies. */
async function testMutant(
  site: Site,
  copy: GradingCopy,
  { files, baseline, setup, describe }: FindMutantsOptions,
): Promise<Mutant | DropReason> {
  const text = files.get(site.path)?.text ?? '';
  const mutated = mutate(text, site);
  const file = join(copy.workspace, site.path);
  await writeFile(file, mutated);
  const first = judge(await runTests(copy, setup), baseline);
  await writeFile(file, text);
  if (typeof first === 'string') return first;

  const again: TestRun[] = [];
  for (const name of describe ? ['again', 'and-again'] : ['again']) {
    const fresh = await setup.freshCopy(name);
    try {
      await writeFile(join(fresh.workspace, site.path), mutated);
      // The directory of the warm copy has the build caches.
      again.push(await runTests({ ...fresh, dir: copy.dir }, setup));
    } finally {
      await removeCopy(fresh);
    }
  }
  const isSteady = again.every((testRun) => {
    const result = judge(testRun, baseline);
    return (
      typeof result !== 'string' && same(result.failed, first.failed) && same(result.passed, first.passed)
    );
  });
  if (!isSteady) return 'unsteady';
  return {
    site,
    failToPass: first.failed,
    passToPass: first.passed,
    failureText: describe
      ? commonFailures(again as [TestRun, TestRun], baseline.format, changedLines(text, site))
      : '',
  };
}

/** The lines that a mutation changes, as they were and as they are. Very short lines are left out. */
export function changedLines(text: string, site: Site): string[] {
  const from = text.lastIndexOf('\n', site.start - 1) + 1;
  const end = text.indexOf('\n', site.end);
  const to = end === -1 ? text.length : end;
  const after = text.slice(from, site.start) + site.replacement + text.slice(site.end, to);
  return `${text.slice(from, to)}\n${after}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= MIN_SECRET_CHARS);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.join('\n') === b.join('\n');
}

/** Which tests fail and which pass; or why this mutation makes no task. */
function judge(
  testRun: TestRun,
  { format, names }: Baseline,
): { failed: string[]; passed: string[] } | DropReason {
  if (testRun.timedOut) return 'timed out';
  if (testRun.exitCode === 0) return 'unnoticed';
  const statuses = readTestNames(format, testRun);
  const [failed, passed] = (['failed', 'passed'] as const).map((status) =>
    names.filter((name) => statuses.get(name) === status),
  ) as [string[], string[]];
  // After a build error, a crash or an exit some tests did not run: nothing is known about them.
  if (failed.length + passed.length < names.length) return 'broken';
  if (failed.length === 0) return 'unnoticed';
  return passed.length === 0 ? 'nothing passes' : { failed, passed };
}
