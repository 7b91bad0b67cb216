import { noSandbox } from '../../src/sandbox/wrappers/no-sandbox.js';
import type { LadderPlace } from '../../src/task-checks/place.js';
import { bubblewrapHere } from '../grading/tiny-task.js';

/** Outlives a test run: a Go is built once. */
const CACHE = new URL('../../node_modules/.cache/codingagentbench', import.meta.url).pathname;

/** This machine, with the sandbox if it has one that works. */
export function ladderPlace(tempDir: string): LadderPlace {
  return {
    sandbox: bubblewrapHere ?? noSandbox,
    git: 'git',
    tempDir,
    host: { env: process.env, node: process.execPath },
    cacheDir: CACHE,
    masked: [],
  };
}
