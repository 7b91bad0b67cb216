import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measuredSchema, withAgents } from '../../../build/agents-table.js';
import { adapters } from '../../../src/agents/adapters.js';

const ROOT = join(import.meta.dirname, '../../..');
const PAGE = join(ROOT, 'docs', 'agents.md');
const measured = measuredSchema.parse(
  JSON.parse(readFileSync(join(ROOT, 'test', 'field', 'measured.json'), 'utf8')),
);

it('docs/agents.md says what the adapters and the last field run say; `vitest -u` renews it', async () => {
  await expect(withAgents(readFileSync(PAGE, 'utf8'), adapters, measured)).toMatchFileSnapshot(PAGE);
});

it('an agent that was seen at work was measured, and no other was', () => {
  const tried = adapters.filter((adapter) => adapter.tried !== null).map(({ id }) => id);
  expect(Object.keys(measured).sort()).toEqual(tried.sort());
});
