import { expect, test } from 'vitest';
import { startClock } from '../../../src/host/clock.js';
import type { RunEvent } from '../../../src/model/events.js';
import { outputEvents } from '../../../src/run/output-events.js';
import { startTrace } from '../../../src/run/trace.js';

function record() {
  const events: RunEvent[] = [];
  const output = outputEvents(startTrace(startClock(), null, (event) => events.push(event)));
  const text = () => events.map((event) => (event.type === 'agent_output' ? event.text : '')).join('');
  const warnings = () => events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  return { output, text, warnings };
}

test('keeps the output unchanged, even a character split between two chunks', () => {
  const { output, text, warnings } = record();
  const bytes = Buffer.from('all of it: ü\n');
  output.push('stdout', bytes.subarray(0, 12));
  output.push('stdout', bytes.subarray(12));
  output.push('stderr', Buffer.from('warned\n'));
  output.end();
  expect(text()).toBe('all of it: ü\nwarned\n');
  expect(warnings()).toEqual([]);
  expect(output.lastStderrLine()).toBe('warned');
});

test('drops nothing up to the maximum size', () => {
  const { output, text, warnings } = record();
  const all = Array.from({ length: 8 * 1024 }, (_, n) => `${n}`.padEnd(1023, '.').concat('\n'));
  for (const line of all) output.push('stdout', Buffer.from(line));
  output.end();
  expect(text() === all.join('')).toBe(true);
  expect(warnings()).toEqual([]);
});

test('attack: of a flood, keeps beginning and end, and says how much is missing', () => {
  const { output, text, warnings } = record();
  output.push('stdout', Buffer.from('the first words\n'));
  for (let mb = 0; mb < 40; mb++) output.push('stdout', Buffer.alloc(1 << 20, 'x'));
  output.push('stderr', Buffer.from('the last words\n'));
  output.end();
  expect(text().startsWith('the first words\n')).toBe(true);
  expect(text().endsWith('the last words\n')).toBe(true);
  expect(text().length).toBeLessThan(9 * 1024 * 1024);
  const total = 16 + 40 * 1024 * 1024 + 15;
  const dropped = (total - 8 * 1024 * 1024).toLocaleString('en');
  expect(warnings()).toEqual([
    `The agent printed more than 8 MB; ${dropped} characters in the middle are not kept.`,
  ]);
});
