import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** A test that is skipped for what a machine lacks says what that is. */
const NAMED = /\bmissing: /;

/**
 * Adds the run's counts to the file that `.ci/run` sums up. Errors outside of tests count as one failure, and so does
 * each test that was skipped and does not say why.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const silent = tests.filter((test) => test.result().state === 'skipped' && !NAMED.test(test.fullName));
    for (const test of silent) console.log(`✖ skipped, and does not say what is missing: ${test.fullName}`);
    const results = {
      passed: count('passed'),
      failed: count('failed') + broken + silent.length + (errors.length > 0 ? 1 : 0),
      skipped: count('skipped') - silent.length,
    };
    const file = process.env.CI_RESULTS;
    if (file) appendFileSync(file, `${JSON.stringify(results)}\n`);
  }
}
