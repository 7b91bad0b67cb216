import { expect, it, onTestFinished } from 'vitest';
import type { RunRecord } from '../../../src/model/record.js';
import type { NotStarted } from '../../../src/model/sweep-record.js';
import { runSweep } from '../../../src/run/run-sweep.js';
import { type Script, startScriptedEndpoint } from '../../golden/scripted-endpoint.js';
import { packTiny } from '../grading/tiny-task.js';
import { cellUnderTest } from './cell-under-test.js';

/** Runs three runs of one cell. `onRecord` is called as each ends. */
async function sweep(
  script: Script,
  { jobs = 1, refused = [] as NotStarted[], onRecord = (_: AbortController) => {} } = {},
) {
  const { url, close } = await startScriptedEndpoint(script);
  onTestFinished(close);
  const task = await packTiny();
  const { plan, host } = cellUnderTest(task, { url });
  const cells = [1, 2, 3].map((run) => ({ ...plan, run, runId: `0000000${run}` }));
  const [stop, quit] = [new AbortController(), new AbortController()];
  const ended: RunRecord[] = [];
  let [open, most] = [0, 0];
  const result = await runSweep({ sweepId: 'sweep', cells, refused, demo: false, jobs }, host, {
    emit(_, { type }) {
      if (type === 'run_started') most = Math.max(most, ++open);
      if (type === 'run_ended') open--;
    },
    ended(_, { record }) {
      ended.push(record);
      onRecord(stop);
    },
    stop: stop.signal,
    quit: quit.signal,
  });
  return { result, ended, most };
}

it('starts cells in order, at most `jobs` at once, and returns them in order', async () => {
  const { result, ended, most } = await sweep({ main: [{ say: 'I would mend it.' }] }, { jobs: 2 });
  expect(ended).toHaveLength(3);
  expect(most).toBe(2);
  expect(result.cells.map(({ run }) => run)).toEqual([1, 2, 3]);
  expect(result.counts).toEqual({ passed: 0, failed: 3, unscored: 0, not_started: 0 });
  expect(result.exit_code).toBe(1);
});

it('starts no further cell after a preflight failure that affects all cells', async () => {
  const { result, ended } = await sweep(
    { main: [], probe: { status: 401, message: 'no such key' } },
    { jobs: 2 },
  );
  expect(ended).toHaveLength(1);
  expect(result).toMatchObject({ exit_code: 3, counts: { unscored: 1, not_started: 2 } });
  expect(result.not_started[0]?.why).toMatch(/^Its preflight would find the same: .*key/);
});

it('starts no further cell after a stop', async () => {
  const { result } = await sweep({ main: [{ say: 'No.' }] }, { onRecord: (stop) => stop.abort() });
  expect(result).toMatchObject({ exit_code: 130, counts: { failed: 1, not_started: 2 } });
  expect(result.not_started.map(({ why }) => why)).toEqual(
    Array(2).fill('You stopped the sweep before its turn.'),
  );
});

it('counts a refused task, but takes the exit code from the other cells', async () => {
  const refused = [{ tui: 'opencode', model: 'm', task_id: './refused', why: 'It is no task.' }];
  const { result, ended } = await sweep({ main: [{ say: 'No.' }] }, { refused });
  expect(ended).toHaveLength(3);
  expect(result).toMatchObject({ exit_code: 1, counts: { failed: 3, not_started: 1 }, not_started: refused });
});
