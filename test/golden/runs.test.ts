import { afterAll, beforeAll, describe, it } from 'vitest';
import { bubblewrap, named } from '../needs.js';
import { compareRun } from './compare-run.js';
import { BUBBLEWRAP_SCENARIOS, RUN_SCENARIOS } from './run-scenarios.js';

// The same commits, and so the same digests, each time.
const DATES = { GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' };
beforeAll(() => {
  Object.assign(process.env, DATES);
});
afterAll(() => {
  for (const name of Object.keys(DATES)) delete process.env[name];
});

describe.concurrent('a run is recorded as it was', () => {
  it.for(RUN_SCENARIOS)('$name', (scenario, { expect }) => compareRun(scenario, expect));
});

describe.skipIf(bubblewrap).concurrent(named("a task of Harbor's", bubblewrap), () => {
  it.for(BUBBLEWRAP_SCENARIOS)('$name', (scenario, { expect }) => compareRun(scenario, expect));
});
