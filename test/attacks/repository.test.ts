import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { pagerRepository } from '../mutation/pager.js';
import { attack } from './attack.js';
import { WALLS } from './guards.js';
import { newKey, openPlace, plant, runRaid } from './raid.js';

const key = newKey();
const place = openPlace();
let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(key);
});
afterAll(async () => {
  await endpoint.close();
  if (place !== null) rmSync(place, { recursive: true });
});

describe.runIf(place !== null)('the repository a task was made of, which lies in the open', () => {
  const repository = pagerRepository(place ?? '');
  // Where no clone takes it along.
  plant(join(repository, '.git/of-the-owner'));

  for (const guard of WALLS) {
    attack('read the original, and write to it', { aim: 'sandbox', guard }, async () => {
      using visitor = new Visitor();
      const { loot } = await runRaid(visitor, {
        attempts: {
          read: 'return everything(world.repository);',
          write: "fs.writeFileSync(world.repository + '/raided', 'x');",
          overwrite: "fs.writeFileSync(world.repository + '/package.json', '{}');",
        },
        world: { repository },
        endpoint,
        args: [
          ...['--key', key, '--sandbox', guard],
          ...['--repo', repository, '--test', 'npm test', '--seed', '4'],
        ],
      });
      expect(loot('read').secrets).toEqual([]);
      expect(loot('read').said).not.toContain('package.json');
      expect(loot('write').said).toMatch(/^stopped/);
      expect(loot('overwrite').said).toMatch(/^stopped/);
      expect(existsSync(join(repository, 'raided'))).toBe(false);
    });
  }
});
