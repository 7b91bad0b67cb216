import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Adds the run's counts to the file that `.ci/run` sums up; errors outside of tests count as one failure. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const results = {
      passed: count('passed'),
      failed: count('failed') + broken + (errors.length > 0 ? 1 : 0),
      skipped: count('skipped'),
    };
    const file = process.env.CI_RESULTS;
    if (file) appendFileSync(file, `${JSON.stringify(results)}\n`);
  }
}
