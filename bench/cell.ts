import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, Skip } from './benchmark.js';
import { ROOT, withCleanHome } from './clean-home.js';
import { type MeasuredCheck, measureCheck } from './measured-check.js';
import { median } from './statistics.js';

const ROUNDS = 3;
/** Where agents may be installed: by the user, or by the tests. */
const CACHES = [
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  join(ROOT, 'node_modules/.cache/tests'),
];

/** Overhead of a whole run besides the agent: the demo with the real opencode. */
export const cell: Benchmark = {
  id: 'cell',
  needsBuild: true,
  async measure() {
    const cache = CACHES.find((dir) => existsSync(join(dir, 'codingagentbench', 'agents', 'opencode')));
    if (cache === undefined) throw new Skip('opencode is not installed: `npm run check` installs it');
    const cells: MeasuredCheck[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      cells.push(
        await withCleanHome(({ dir, env }) =>
          measureCheck(['--demo'], 0, { dir, env: { ...env, XDG_CACHE_HOME: cache } }),
        ),
      );
    }
    const middle = (field: keyof MeasuredCheck) => median(cells.map((numbers) => numbers[field]));
    return [
      {
        name: 'overhead of a cell',
        value: middle('overheadMs'),
        unit: 'ms',
        budget: { atMost: 500 },
        reference: `whole cell: ${(middle('durationMs') / 1000).toFixed(1)} s`,
      },
      {
        name: 'peak memory of the program, one cell',
        value: middle('peakMB'),
        unit: 'MB',
        budget: { atMost: 150 },
        reference: 'on a terminal',
      },
    ];
  },
};
