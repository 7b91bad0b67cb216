import { describe, it } from 'vitest';
import { compareRun } from './compare-run.js';
import { VERDICT_SCENARIOS } from './verdict-scenarios.js';

describe.concurrent('a run is recorded as it was', () => {
  it.for(VERDICT_SCENARIOS)('$name', (scenario, { expect }) => compareRun(scenario, expect));
});
