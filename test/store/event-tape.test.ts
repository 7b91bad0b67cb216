import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/events.js';
import { openEventIndex } from '../../src/store/event-index.js';
import { passing } from '../reporters/sample-run.js';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});
function saved(text: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'cab-index-'));
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
  const index = await openEventIndex(saved(text), (event) => seen.push(event));
  expect(seen).toEqual(all);
  expect(index.count).toBe(all.length);
  for (let at = all.length - 1; at >= 0; at -= 1) expect(index.read(at)).toEqual(all[at]);
  await index.close();
});

test('of a step and of output, as the store writes them, no more is seen than kind and time', async () => {
  const seen: unknown[] = [];
  const timed = all.map(({ t_ms, ...event }) => ({ ...event, t_ms }));
  const index = await openEventIndex(
    saved(timed.map((event) => `${JSON.stringify(event)}\n`).join('')),
    (event) => seen.push(event),
  );
  const common = new Set(['step', 'agent_output']);
  expect(seen).toEqual(
    timed.map((event) => (common.has(event.type) ? { type: event.type, t_ms: event.t_ms } : event)),
  );
  for (let at = 0; at < all.length; at += 1) expect(index.read(at)).toEqual(all[at]);
  await index.close();
});

test('attack: a step that is broken within is a warning where it is looked at', async () => {
  const index = await openEventIndex(saved('{"type":"step","step":{"n":,"t_ms":5}\n'), () => {});
  expect(index.read(0)).toMatchObject({
    type: 'warning',
    message: expect.stringContaining('cannot be read'),
  });
  await index.close();
});
