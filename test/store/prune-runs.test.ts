import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pruneRuns } from '../../src/store/prune-runs.js';

test('the oldest finished runs go; runs under way, links and what is not ours stay', () => {
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
  run(store, 'my-notes', 0);
  run(root, 'elsewhere', 0);
  symlinkSync(join(root, 'elsewhere'), join(store, '00000005'));
  pruneRuns(store, 2);
  expect(readdirSync(store).sort()).toEqual(['00000002', '00000003', '00000004', '00000005', 'my-notes']);
  expect(readdirSync(join(root, 'elsewhere'))).toContain('record.json');
});
