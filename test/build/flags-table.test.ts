import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readmeWithFlags } from '../../build/flags-table.js';
import { checkOptions } from '../../src/cli/options/check.js';

const README = join(import.meta.dirname, '..', '..', 'README.md');

it("README's table of flags is what the options of `check` say; `vitest -u` renews it", async () => {
  await expect(readmeWithFlags(readFileSync(README, 'utf8'), checkOptions)).toMatchFileSnapshot(README);
});
