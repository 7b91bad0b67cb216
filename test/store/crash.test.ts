import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/events.js';
import { listRuns } from '../../src/store/find-run.js';
import { readEvents } from '../../src/store/read-events.js';
import { openRunStore } from '../../src/store/run-store.js';
import { passed, passing } from '../reporters/sample-run.js';

let runsDir: string;
let dir: string;
beforeEach(() => {
  runsDir = mkdtempSync(join(tmpdir(), 'cab-crash-'));
  dir = join(runsDir, passed.run_id);
  const store = openRunStore(dir, (fault) => {
    throw fault;
  });
  for (const event of passing) store.append(event);
});
afterEach(() => rmSync(runsDir, { recursive: true, force: true }));

async function readable(): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(dir)) events.push(event);
  return events;
}

test('attack: a crash at any byte of events.jsonl loses the torn line and nothing before it', async () => {
  const file = join(dir, 'events.jsonl');
  const whole = readFileSync(file);
  const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at] : []));
  // Every byte of the first two lines, and what lies around the end of each line.
  const cuts = new Set([...Array((ends[1] ?? 0) + 1).keys(), ...ends.flatMap((at) => [at - 1, at, at + 1])]);
  for (const cut of cuts) {
    writeFileSync(file, whole.subarray(0, cut));
    // A line that lacks its line feed alone is whole already.
    const complete = ends.filter((end) => end <= cut).length;
    expect(await readable(), `cut at byte ${cut}`).toEqual(passing.slice(0, complete));
    expect((await listRuns(runsDir)).map((run) => run.complete)).toEqual([false]);
  }
});

test('attack: a crash at any byte of record.json leaves no record', async () => {
  const text = `${JSON.stringify(passed, null, 2)}\n`;
  for (let cut = 0; cut <= text.length; cut += 97) {
    writeFileSync(join(dir, '.record.json.partial'), text.slice(0, cut));
    expect((await listRuns(runsDir)).map(({ id, complete }) => [id, complete])).toEqual([
      [passed.run_id, false],
    ]);
  }
});
