import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pruneRuns } from '../../../src/store/prune-runs.js';
import { openRunStore } from '../../../src/store/run-store.js';

const HOUR_S = 3600;

test('removes the oldest finished runs, and no recent, unfinished, used, linked or foreign ones', async () => {
  const root = mkdtempSync(join(tmpdir(), 'cab-prune-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const store = join(root, 'runs');
  const run = (dir: string, name: string, endedS: number | null) => {
    mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, name, 'events.jsonl'), '');
    if (endedS === null) return;
    writeFileSync(join(dir, name, 'record.json'), '{}');
    utimesSync(join(dir, name, 'record.json'), endedS, endedS);
  };
  run(store, '00000001', 1);
  run(store, '00000002', 2);
  run(store, '00000003', 3);
  run(store, '00000004', null);
  // The command of the first one still runs; the command of the second one has ended.
  run(store, '00000006', 0);
  openRunStore(join(store, '00000006'), () => {});
  run(store, '00000007', 0);
  writeFileSync(join(store, '00000007', 'owner.json'), JSON.stringify({ pid: process.pid, start_time: 'x' }));
  run(store, 'my-notes', 0);
  run(root, 'elsewhere', 0);
  symlinkSync(join(root, 'elsewhere'), join(store, '00000005'));
  await pruneRuns(store, 2, 2 * HOUR_S * 1000);
  const left = ['00000002', '00000003', '00000004', '00000005', '00000006', 'my-notes'];
  expect(readdirSync(store).sort()).toEqual(left);
  await pruneRuns(store, 0, HOUR_S * 1000 + 2500);
  // Now run 2 ended more than an hour ago, run 3 did not.
  expect(readdirSync(store).sort()).toEqual(left.filter((name) => name !== '00000002'));
  expect(readdirSync(join(root, 'elsewhere'))).toContain('record.json');
});
