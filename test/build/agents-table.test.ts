import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measuredSchema, readmeWithTable } from '../../build/agents-table.js';
import { adapters } from '../../src/agents/adapters.js';

const ROOT = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const measured = measuredSchema.parse(
  JSON.parse(readFileSync(join(ROOT, 'test', 'field', 'measured.json'), 'utf8')),
);

it("README's table of agents is what the adapters and the last field run say; `vitest -u` renews it", async () => {
  await expect(readmeWithTable(readme, adapters, measured)).toMatchFileSnapshot(join(ROOT, 'README.md'));
});

it('an agent that was seen at work was measured, and no other was', () => {
  const tried = adapters.filter((adapter) => adapter.tried !== null).map(({ id }) => id);
  expect(Object.keys(measured).sort()).toEqual(tried.sort());
});
