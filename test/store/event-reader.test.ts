import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/events.js';
import { openEventReader } from '../../src/store/event-reader.js';
import { passing } from '../reporters/sample-run.js';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});
function saved(text: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'cab-reader-'));
  dirs.push(dir);
  writeFileSync(join(dir, 'events.jsonl'), text);
  return dir;
}

const awkward: RunEvent[] = [
  { type: 'warning', t_ms: 30_000, message: '字\u2028é\ud83d\ude00 in one line' },
  { type: 'agent_output', t_ms: 30_001, stream: 'stdout', text: 'x'.repeat(600_000) },
  { type: 'warning', t_ms: 30_002, message: 'after a line longer than any block that is read' },
];
const all = [...passing, ...awkward];

test('every event can be read again, in any order, as it was first seen', async () => {
  const seen: unknown[] = [];
  const text = `${all.map((event) => JSON.stringify(event)).join('\n')}\n{"type":"warning","t_m`;
  const reader = await openEventReader(saved(text), (event) => seen.push(event));
  expect(seen).toEqual(all);
  expect(reader.count).toBe(all.length);
  for (let index = all.length - 1; index >= 0; index -= 1) expect(reader.read(index)).toEqual(all[index]);
  await reader.close();
});

test('of a step and of output, as the store writes them, no more is seen than kind and time', async () => {
  const seen: unknown[] = [];
  const timed = all.map(({ t_ms, ...event }) => ({ ...event, t_ms }));
  const reader = await openEventReader(
    saved(timed.map((event) => `${JSON.stringify(event)}\n`).join('')),
    (event) => seen.push(event),
  );
  const common = new Set(['step', 'agent_output']);
  expect(seen).toEqual(
    timed.map((event) => (common.has(event.type) ? { type: event.type, t_ms: event.t_ms } : event)),
  );
  for (let index = 0; index < all.length; index += 1) expect(reader.read(index)).toEqual(all[index]);
  await reader.close();
});

test('attack: a step that is broken within is a warning where it is looked at', async () => {
  const reader = await openEventReader(saved('{"type":"step","step":{"n":,"t_ms":5}\n'), () => {});
  expect(reader.read(0)).toMatchObject({
    type: 'warning',
    message: expect.stringContaining('cannot be read'),
  });
  await reader.close();
});
