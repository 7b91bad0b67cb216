import type { ExpectStatic } from 'vitest';
import { recordRun } from './record-run.js';
import type { Scenario } from './scenario.js';

/** Runs a scenario and compares it with its recording; `vitest -u` records anew. */
export async function compareRun(scenario: Scenario, expect: ExpectStatic): Promise<void> {
  const { text, events, record } = await recordRun(scenario);
  const file = (kind: string) => `recordings/${scenario.name}.${kind}`;
  await expect(text).toMatchFileSnapshot(file('txt'));
  await expect(events).toMatchFileSnapshot(file('events'));
  await expect(record).toMatchFileSnapshot(file('record'));
}
