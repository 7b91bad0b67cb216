import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withFlags } from '../../../build/flags-table.js';
import { checkOptions } from '../../../src/cli/options/check.js';

const REFERENCE = join(import.meta.dirname, '../../../docs/reference.md');

it('docs/reference.md lists the options of `check`; `vitest -u` renews it', async () => {
  await expect(withFlags(readFileSync(REFERENCE, 'utf8'), checkOptions)).toMatchFileSnapshot(REFERENCE);
});
