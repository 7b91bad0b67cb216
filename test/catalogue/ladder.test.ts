import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packAllTasks } from '../../build/pack-tasks.js';
import { type Climb, climbLadder } from '../../src/ladder/climb.js';
import { ladderPlace } from '../ladder/place.js';
import { FIXTURES, scratchDir } from '../tasks/scratch.js';

const scratch = scratchDir();
mkdirSync(join(scratch, 'tries'));
const tasks = await packAllTasks(FIXTURES, join(scratch, 'packed'));
const place = ladderPlace(join(scratch, 'tries'));

const faults = ({ rungs }: Climb) => rungs.filter(({ status }) => status !== 'held');

// Where nothing is cached yet, Go builds its standard library first.
describe.concurrent('every bundled task climbs the ladder', { timeout: 600_000 }, () => {
  for (const task of tasks) {
    it(task.id, async ({ skip }) => {
      const climb = await climbLadder(task, place);
      skip(climb.verdict === 'skipped', climb.missing ?? '');
      expect(faults(climb)).toEqual([]);
    });
  }
});
