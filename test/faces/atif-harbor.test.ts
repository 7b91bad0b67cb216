import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { atif } from '../../src/faces/atif.js';
import { hostileRun } from './page/hostile-run.js';
import { pageRun } from './page/page-run.js';
import { demoRefusal, failed, unscored } from './sample-run.js';

/** A Python that has Harbor's package: `python3.12 -m venv v && v/bin/pip install harbor`, then HARBOR_PYTHON=v/bin/python. */
const python = process.env.HARBOR_PYTHON;

const READ = `
import json, sys
from harbor.models.trajectories import Trajectory
for line in sys.stdin:
    print(len(Trajectory.model_validate(json.loads(line)).steps))
`;

it.skipIf(!python)('trajectories are read by the models of Harbor itself', () => {
  const records = [pageRun, failed, unscored, demoRefusal, hostileRun().record];
  const input = records.map((record) => JSON.stringify(JSON.parse(atif(record, 'Mend it.')))).join('\n');
  const read = spawnSync(python ?? '', ['-c', READ], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  expect(read.stderr).toBe('');
  expect(read.stdout.trim().split('\n').map(Number)).toEqual(
    records.map((record) => JSON.parse(atif(record, '')).steps.length),
  );
});
