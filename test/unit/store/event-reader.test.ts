import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/events.js';
import { openEventReader } from '../../../src/store/event-reader.js';
import { passing } from '../reporters/sample-run.js';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});
function saveEvents(text: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'cab-reader-'));
  dirs.push(dir);
  writeFileSync(join(dir, 'events.jsonl'), text);
  return dir;
}

const awkward: RunEvent[] = [
  { type: 'warning', t_ms: 30_000, message: '字\u2028é\ud83d\ude00 in one line' },
  { type: 'agent_output', t_ms: 30_001, stream: 'stdout', text: 'x'.repeat(600_000) },
  { type: 'warning', t_ms: 30_002, message: 'after a line that is longer than a block of the file' },
];
const all = [...passing, ...awkward];

test('reads every event, in any order', async () => {
  const summaries: unknown[] = [];
  const text = `${all.map((event) => JSON.stringify(event)).join('\n')}\n{"type":"warning","t_m`;
  const reader = await openEventReader(saveEvents(text), (event) => summaries.push(event));
  expect(summaries).toEqual(all);
  expect(reader.count).toBe(all.length);
  for (let at = all.length - 1; at >= 0; at -= 1) expect(reader.read(at)).toEqual(all[at]);
  await reader.close();
});

test('summarises steps and output, as the store writes them, by type and time only', async () => {
  const summaries: unknown[] = [];
  const timed = all.map(({ t_ms, ...event }) => ({ ...event, t_ms }));
  const reader = await openEventReader(
    saveEvents(timed.map((event) => `${JSON.stringify(event)}\n`).join('')),
    (event) => summaries.push(event),
  );
  const shortened = new Set(['step', 'agent_output']);
  expect(summaries).toEqual(
    timed.map((event) => (shortened.has(event.type) ? { type: event.type, t_ms: event.t_ms } : event)),
  );
  for (let at = 0; at < all.length; at += 1) expect(reader.read(at)).toEqual(all[at]);
  await reader.close();
});

test('attack: a step with broken JSON in the middle is read as a warning', async () => {
  const reader = await openEventReader(saveEvents('{"type":"step","step":{"n":,"t_ms":5}\n'), () => {});
  expect(reader.read(0)).toMatchObject({
    type: 'warning',
    message: expect.stringContaining('cannot be read'),
  });
  await reader.close();
});
