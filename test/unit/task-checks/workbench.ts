import type { Workbench } from '../../../src/grading/workbench.js';
import { noSandbox } from '../../../src/sandbox/wrappers/no-sandbox.js';
import { bubblewrapHere } from '../grading/tiny-task.js';
import { testHost } from '../host/test-host.js';

/** Kept between test runs, so that Go builds its cache only once. */
const CACHE = new URL('../../../node_modules/.cache/codingagentbench', import.meta.url).pathname;

/** This machine, with bubblewrap where it works. */
export function workbenchAt(tempDir: string): Workbench {
  return {
    host: testHost({ cacheDir: CACHE }),
    sandbox: bubblewrapHere ?? noSandbox,
    git: 'git',
    tempDir,
    masked: [CACHE],
    marker: `test-${process.pid}-${Math.random()}`,
  };
}
