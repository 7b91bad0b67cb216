import type { CellResult } from './cell-result.js';

/**
 * Cells of the published benchmark with known numbers. They were run on other tasks and under other conditions, so they
 * are listed separately from saved runs. Their tokens were not recorded.
 */
export const publishedCells: readonly CellResult[] = [
  {
    runId: null,
    source: 'published',
    demo: false,
    tui: 'opencode',
    model: 'openai/gpt-oss-120b',
    taskId: 'mutations/rust-error-negated',
    taskDigest: null,
    verdict: 'passed',
    pass: 1,
    tokensPerCorrect: null,
    totalTokens: null,
    wallMs: 13_395.122,
    blastRadius: 0,
    integrity: null,
    benignTwin: null,
    composite: 0.9595589997758941,
    measured: null,
  },
];
