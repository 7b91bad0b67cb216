import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/events.js';
import type { RunRecord } from '../../src/model/record.js';
import { toJson } from '../../src/reporters/documents/json.js';
import { plainRun } from '../../src/reporters/live/plain.js';
import { mountScreen } from '../../src/reporters/live/screen/mount-screen.js';
import { failed, finishOne, links, passing, unscored } from '../unit/reporters/sample-run.js';
import { until, virtualTerminal } from '../unit/reporters/virtual-terminal.js';
import { attackOn } from './attack.js';

const PAYLOADS = [
  '\u001B]52;c;cm0gLXJm\u0007',
  '\u001B]8;;http://evil\u001B\\link\u001B]8;;\u001B\\',
  '\u001B]0;title\u0007',
  '\u001B[2J\u001B[H\u001B[3J',
  '\u001B[31m\u009B32m\u009D0;x\u009C',
  '\u001BPpayload\u001B\\',
  'PASSED\rFAILED\b\b\u0007\u0000',
  '\u202Egnp.exe\u2066\u200F',
  'a\nb\r\nc\u2028d\u0085e',
];

/** Keys with fixed values: with a payload in an enum, the event would be invalid, not hostile. */
const FIXED = new Set([
  ...[
    'type',
    'kind',
    'status',
    'phase',
    'action',
    'change',
    'verdict',
    'stop_reason',
    'sandbox',
    'direct_egress',
  ],
  ...['wire', 'stream', 'cause', 'refusal_correct', 'axes', 'schema_version', 'notice'],
]);

/** Adds the payload to every free text, including the keys of free maps. */
function poison<T>(value: T, payload: string): T;
function poison(value: unknown, payload: string): unknown {
  if (typeof value === 'string') return `${payload}${value}${payload}`;
  if (Array.isArray(value)) return value.map((item) => poison(item, payload));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, FIXED.has(key) ? item : poison(item, payload)]),
  );
}

const poisonedRecord = (record: RunRecord, payload: string): RunRecord => ({
  ...poison(record, payload),
  unmeasured: { [`tokens${payload}`]: payload, tokens: payload },
  phases: { [`tests${payload}`]: 1 },
});

const UNSAFE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

test.each(PAYLOADS)(
  'attack: %j in every text of every event and record does not reach the log',
  attackOn('terminal'),
  async (payload) => {
    const out: string[] = [];
    const write = (text: string) => out.push(text);
    for (const record of [failed, unscored, { ...failed, demo: true }]) {
      const reporter = plainRun({
        write,
        writeResult: write,
        width: 80,
        colour: false,
        resultWidth: 80,
        resultColour: false,
      });
      for (const event of passing) reporter.send(poison(event, payload), 0);
      await finishOne(reporter, poisonedRecord(record, payload), poison(links, payload));
      write(toJson(poisonedRecord(record, payload)));
    }
    expect(out.join('')).not.toMatch(UNSAFE);
  },
);

test.each(PAYLOADS)(
  'attack: %j in every text of every event and record does not reach the screen',
  attackOn('terminal'),
  async (payload) => {
    const terminal = virtualTerminal(80, 24);
    const reporter = mountScreen({
      ...terminal,
      ...terminal.result(true),
      colour: true,
      now: () => 0,
      onInterrupt: () => {},
    });
    for (const event of passing) reporter.send(poison(event, payload), 0);
    await until(() => terminal.screen().includes('calls'), terminal.screen);
    await finishOne(reporter, poisonedRecord(failed, payload), poison(links, payload));
    await until(() => terminal.everything().includes('not for citation'), terminal.everything);
    // The bytes without Ink's cursor moves and our colours.
    const rest = terminal.written().replace(/\u001B\[(?:\?20(?:26|04)[hl]|\?25[hl]|\d*[AEGKJ]|[\d;]*m)/g, '');
    expect(rest.replaceAll('\r\n', '\n')).not.toMatch(UNSAFE);
    expect(terminal.written()).not.toMatch(/\u001B\[[23]J/);
    terminal.dispose();
  },
);

test('attack: a line of a megabyte takes a line or two, not the screen', attackOn('terminal'), async () => {
  const megabyte = 'x'.repeat(1 << 20);
  const terminal = virtualTerminal(80, 24);
  const reporter = mountScreen({
    ...terminal,
    ...terminal.result(false),
    colour: false,
    now: () => 0,
    onInterrupt: () => {},
  });
  for (const event of passing.map((event): RunEvent => poison(event, megabyte))) reporter.send(event, 0);
  await until(() => terminal.screen().includes('calls'), terminal.screen);
  await reporter.close();
  expect(terminal.everything().split('\n').length).toBeLessThan(60);
  expect(terminal.written().length).toBeLessThan(100_000);
  terminal.dispose();
});
