import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** The title of a skipped test names what this machine lacks. */
const NAMED = /\bmissing: /;

/**
 * Appends the counts of a run to the file that `.ci/run` sums up. Errors outside of tests count as one failure, and each
 * test that was skipped without a reason counts as one.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const failedModules = modules.filter((module) => module.errors().length > 0).length;
    const unexplained = tests.filter(
      (test) => test.result().state === 'skipped' && !NAMED.test(test.fullName),
    );
    for (const test of unexplained) console.log(`✖ skipped without a reason: ${test.fullName}`);
    const results = {
      passed: count('passed'),
      failed: count('failed') + failedModules + unexplained.length + (errors.length > 0 ? 1 : 0),
      skipped: count('skipped') - unexplained.length,
    };
    const file = process.env.CI_RESULTS;
    if (file) appendFileSync(file, `${JSON.stringify(results)}\n`);
  }
}
