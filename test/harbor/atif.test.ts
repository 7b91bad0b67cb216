import { spawnSync } from 'node:child_process';
import { expect, inject, it } from 'vitest';
import { atif } from '../../src/reporters/documents/atif.js';
import { named } from '../needs.js';
import { hostileRun } from '../unit/reporters/page/hostile-run.js';
import { pageRun } from '../unit/reporters/page/page-run.js';
import { demoRefusal, failed, unscored } from '../unit/reporters/sample-run.js';

const { python, missing } = inject('harbor');

const READ = `
import json, sys
from harbor.models.trajectories import Trajectory
for line in sys.stdin:
    print(len(Trajectory.model_validate(json.loads(line)).steps))
`;

it.skipIf(missing)(named('Harbor can read our trajectories', missing), () => {
  const records = [pageRun, failed, unscored, demoRefusal, hostileRun().record];
  const input = records.map((record) => JSON.stringify(JSON.parse(atif(record, 'Mend it.')))).join('\n');
  const read = spawnSync(python ?? '', ['-c', READ], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  expect(read.stderr).toBe('');
  expect(read.stdout.trim().split('\n').map(Number)).toEqual(
    records.map((record) => JSON.parse(atif(record, '')).steps.length),
  );
});
