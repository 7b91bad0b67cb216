import type { LadderPlace } from '../../src/ladder/place.js';
import { noSandbox } from '../../src/sandbox/no-sandbox.js';
import { bubblewrapHere, bubblewrapWorks } from '../grading/tiny-task.js';

/** This machine, with the sandbox if it has one that works. */
export function ladderPlace(tempDir: string): LadderPlace {
  return {
    sandbox: bubblewrapWorks ? (bubblewrapHere ?? noSandbox) : noSandbox,
    git: 'git',
    tempDir,
    host: { env: process.env, node: process.execPath },
    masked: [],
  };
}
