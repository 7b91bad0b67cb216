import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { named } from '../needs.js';
import { pagerRepository } from '../unit/mutation/pager.js';
import { attack } from './attack.js';
import { makeOpenDir, newKey, plant, runAttackingAgent } from './attacking-agent.js';
import { SANDBOXES } from './guards.js';

const key = newKey();
const openDir = makeOpenDir();
const missing = openDir === null ? 'a directory outside of every home' : null;
let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(key);
});
afterAll(async () => {
  await endpoint.close();
  if (openDir !== null) rmSync(openDir, { recursive: true });
});

describe.skipIf(missing)(named('the repository of a generated task, outside of every mask', missing), () => {
  const repository = pagerRepository(openDir ?? '');
  // A secret that a clone does not copy.
  plant(join(repository, '.git/of-the-owner'));

  for (const guard of SANDBOXES) {
    attack('read the original repository and write to it', { aim: 'sandbox', guard }, async () => {
      using visitor = new Visitor();
      const { attempt } = await runAttackingAgent(visitor, {
        attempts: {
          read: 'return everything(world.repository);',
          write: "fs.writeFileSync(world.repository + '/attacked', 'x');",
          overwrite: "fs.writeFileSync(world.repository + '/package.json', '{}');",
        },
        world: { repository },
        endpoint,
        args: [
          ...['--key', key, '--sandbox', guard],
          ...['--repo', repository, '--test', 'npm test', '--seed', '4'],
        ],
      });
      expect(attempt('read').secrets).toEqual([]);
      expect(attempt('read').output).not.toContain('package.json');
      expect(attempt('write').output).toMatch(/^stopped/);
      expect(attempt('overwrite').output).toMatch(/^stopped/);
      expect(existsSync(join(repository, 'attacked'))).toBe(false);
    });
  }
});
