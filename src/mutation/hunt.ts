import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GradingCopy } from '../grading/fresh-copy.js';
import type { Baseline } from './baseline.js';
import { commonFailures } from './failure-text.js';
import { type Observation, observe, outcomesOf, type TestBench } from './observe.js';
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

/** Why a mutation was not kept. */
export type Drop = 'unnoticed' | 'broken' | 'timed out' | 'nothing passes' | 'unsteady' | 'close to another';

export interface HuntOptions {
  /** In the order to try them. */
  sites: readonly Site[];
  files: ReadonlyMap<string, SourceFile>;
  baseline: Baseline;
  bench: TestBench;
  /** How many to keep. */
  count: number;
  maxTries: number;
  /** Whether what the failing tests print is wanted, which takes one more run. */
  describe: boolean;
  /** One copy for all attempts, where builds go on from each other. Pristine before and after. */
  copy: GradingCopy;
  onTried(site: Site, result: Mutant | Drop): void;
}

/** A mutation this close to one that was kept says nothing new. */
const CLOSE_LINES = 3;

/** Tries sites in order until `count` mutants are kept. A mutant is seen to fail in one copy, then in fresh ones. */
export async function hunt(options: HuntOptions): Promise<Mutant[]> {
  const { sites, count, maxTries, onTried } = options;
  const kept: Mutant[] = [];
  let tries = 0;
  for (const site of sites) {
    if (kept.length >= count || tries >= maxTries) break;
    const isClose = kept.some(
      (other) => other.site.path === site.path && Math.abs(other.site.line - site.line) <= CLOSE_LINES,
    );
    if (!isClose) tries++;
    const result = isClose ? 'close to another' : await tryOut(site, options);
    if (typeof result !== 'string') kept.push(result);
    onTried(site, result);
  }
  return kept;
}

async function tryOut(site: Site, options: HuntOptions): Promise<Mutant | Drop> {
  const { files, baseline, bench, copy } = options;
  const text = files.get(site.path)?.text ?? '';
  const mutated = mutate(text, site);
  const file = join(copy.app, site.path);
  await writeFile(file, mutated);
  const first = judge(await observe(copy, bench), baseline);
  await writeFile(file, text);
  if (typeof first === 'string') return first;

  const again: Observation[] = [];
  for (const name of options.describe ? ['again', 'and-again'] : ['again']) {
    const fresh = await bench.freshCopy(name);
    try {
      await writeFile(join(fresh.app, site.path), mutated);
      again.push(await observe(fresh, bench));
    } finally {
      await rm(fresh.dir, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
    }
  }
  const steady = again.every((observation) => {
    const verdict = judge(observation, baseline);
    return (
      typeof verdict !== 'string' && same(verdict.failed, first.failed) && same(verdict.passed, first.passed)
    );
  });
  if (!steady) return 'unsteady';
  return {
    site,
    failToPass: first.failed,
    passToPass: first.passed,
    failureText: options.describe ? commonFailures(again as [Observation, Observation], baseline.format) : '',
  };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.join('\n') === b.join('\n');
}

/** Which tests fail, and which pass all the same; or why that is nothing to ask anyone to mend. */
function judge(
  observation: Observation,
  { format, names }: Baseline,
): { failed: string[]; passed: string[] } | Drop {
  if (observation.timedOut) return 'timed out';
  if (observation.exitCode === 0) return 'unnoticed';
  const outcomes = outcomesOf(observation, format);
  const [failed, passed] = (['failed', 'passed'] as const).map((status) =>
    names.filter((name) => outcomes.get(name) === status),
  ) as [string[], string[]];
  // A build error, a crash or an exit keeps tests from running, and says nothing about any of them.
  if (failed.length === 0) return passed.length === names.length ? 'unnoticed' : 'broken';
  return passed.length === 0 ? 'nothing passes' : { failed, passed };
}
