import { afterEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/events.js';
import type { Span } from '../../../src/model/record.js';
import { indexEvents } from '../../../src/reporters/live/replay/event-index.js';
import { mountReplay } from '../../../src/reporters/live/replay/mount-replay.js';
import {
  advance,
  type Playback,
  press,
  spanAt,
  startPlayback,
} from '../../../src/reporters/live/replay/playback.js';
import { timeline } from '../../../src/reporters/live/replay/timeline.js';
import { initialView, reduceView } from '../../../src/reporters/live/view-state.js';
import { links, passed, passing } from './sample-run.js';
import { expectFacts, SIZES, SNAPSHOT_SIZE, until, virtualTerminal } from './virtual-terminal.js';

const span = (name: string, start_ms: number, duration_ms: number): Span => ({
  span_id: name,
  parent_id: null,
  kind: 'tool_call',
  name,
  start_ms,
  duration_ms,
  attrs: { nothing: null, tool: name, exit_code: 0 },
  error: null,
});
const spans = [span('run', 9_000, 12_000), span('read', 12_000, 10), span('edit', 15_000, 20)];
const events: RunEvent[] = [
  ...passing,
  ...[...spans].reverse().map((each): RunEvent => ({ type: 'span', t_ms: 23_520, span: each })),
  {
    type: 'agent_output',
    t_ms: 23_530,
    stream: 'stdout',
    text: 'raw \u001B]0;title\u0007words\nof the agent\n',
  },
];

function indexOf(list: readonly RunEvent[]) {
  const indexing = indexEvents();
  for (const event of list) indexing.add(event);
  let reads = 0;
  const reader = {
    count: list.length,
    read(index: number) {
      reads += 1;
      const event = list[index];
      if (!event) throw new Error(`no event ${index}`);
      return event;
    },
  };
  return { eventIndex: indexing.finish(reader), reads: () => reads };
}

describe('the event index', () => {
  const many = Array.from({ length: 40 }, () => passing).flat();

  test('returns every view of the live screen: forwards, backwards and in any order', () => {
    const { eventIndex } = indexOf(many);
    const views = [initialView];
    for (const event of many) views.push(reduceView(views.at(-1) ?? initialView, event));
    const counts = [...views.keys()];
    for (const count of [...counts, ...counts.reverse(), 0, 900, 3, 700]) {
      expect(eventIndex.viewAt(count)).toEqual(views[count]);
    }
  });

  test('a seek reads fewer events than lie between two stored views', () => {
    const { eventIndex, reads } = indexOf(many);
    eventIndex.viewAt(many.length - 1);
    expect(reads()).toBeLessThan(256);
  });

  test('an event with an earlier time counts at the latest time before it', () => {
    const { eventIndex } = indexOf([...passing, { type: 'warning', t_ms: 1, message: 'late' }]);
    expect(eventIndex.countAt(23_510)).toBe(passing.length + 1);
    expect(eventIndex.countAt(-1)).toBe(0);
  });
});

describe('the playback', () => {
  const run = { endMs: 20_000, spans, scored: true };
  const at = (tMs: number, part: Partial<Playback> = {}): Playback => ({ ...startPlayback(1), tMs, ...part });

  test('steps from span to span and back; from inside a span, to its start first', () => {
    expect(press(at(0), 'next', run)).toMatchObject({ tMs: 9_000, span: 0, playing: false });
    expect(press(at(9_000, { span: 0 }), 'next', run)).toMatchObject({ tMs: 12_000, span: 1 });
    expect(press(at(12_005), 'previous', run)).toMatchObject({ tMs: 12_000, span: 1 });
    expect(press(at(12_000, { span: 1 }), 'previous', run)).toMatchObject({ tMs: 9_000, span: 0 });
    expect(press(at(9_000, { span: 0 }), 'previous', run)).toMatchObject({ tMs: 0, span: null });
    expect(press(at(15_000, { span: 2 }), 'next', run)).toMatchObject({ tMs: 20_000 });
  });

  test('steps through spans with the same start one by one', () => {
    const sameStart = { ...run, spans: [span('a', 5, 9), span('b', 5, 9)] };
    const first = press(at(0), 'next', sameStart);
    expect([first.span, press(first, 'next', sameStart).span]).toEqual([0, 1]);
  });

  test('steps 100 ms in both directions, within the run', () => {
    expect(press(at(500), 'forward', run).tMs).toBe(600);
    expect(press(at(50), 'back', run).tMs).toBe(0);
    expect(press(at(19_990), 'forward', run).tMs).toBe(20_000);
  });

  test('plays at its speed, stops at the end on the card, and starts again', () => {
    const faster = press(at(0), 'faster', run);
    expect(advance(faster, 1_000, run).tMs).toBe(2_000);
    const ended = advance(faster, 60_000, run);
    expect(ended).toMatchObject({ tMs: 20_000, playing: false, card: true });
    expect(press(ended, 'play', run)).toMatchObject({ tMs: 0, playing: true, card: false });
    expect(advance({ ...ended, playing: false }, 1_000, run)).toMatchObject({ tMs: 20_000 });
    expect(advance(faster, 60_000, { ...run, scored: false }).card).toBe(false);
  });

  test('shows the innermost open span', () => {
    expect(spanAt(at(12_005), spans)).toBe(1);
    expect(spanAt(at(13_000), spans)).toBe(0);
    expect(spanAt(at(1), spans)).toBe(-1);
  });
});

const opened: Array<{ type: (keys: string) => unknown; over: Promise<void>; dispose: () => void }> = [];
afterEach(async () => {
  for (const { type, over, dispose } of opened.splice(0)) {
    type('q');
    await over;
    dispose();
  }
});

function open(columns: number, rows: number, { colour = false, list = events, scored = true } = {}) {
  const terminal = virtualTerminal(columns, rows);
  const clock = { ms: 0 };
  const over = mountReplay({
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    colour,
    eventIndex: indexOf(list).eventIndex,
    result: scored ? { record: passed, links } : null,
    speed: 1,
    now: () => clock.ms,
  });
  opened.push({ ...terminal, over });
  return {
    ...terminal,
    over,
    clock,
    shows: (text: string | RegExp) => until(() => new RegExp(text).test(terminal.screen()), terminal.screen),
  };
}

describe.each(SIZES)('at %i × %i', (columns, rows) => {
  test.each([false, true])('the middle of the run, colour %s', async (colour) => {
    const { type, shows, screen, wrappedLines } = open(columns, rows, { colour });
    await shows('space pause');
    type(' ');
    await shows('space play');
    for (const _ of spans) type('\u001B[C');
    await shows('t = 15.0s / 23.5s');
    type(',,....');
    await shows('t = 15.2s / 23.5s');
    expect(screen().split('\n').length).toBeLessThan(rows);
    expect(wrappedLines()).toEqual([]);
    expectFacts(screen(), ['t = 15.2s / 23.5s', 'opencode', 'span 1/3', 'tool_call run', 'q quit']);
    if (columns === SNAPSHOT_SIZE[0]) expect(screen()).toMatchSnapshot();
  });

  test('the card at its end, scrolled and explained', async () => {
    const { clock, shows, type } = open(columns, rows);
    await shows('space pause');
    clock.ms = 60_000;
    await shows('PASSED');
    type('?');
    await shows('1 when the task');
    for (let i = 0; i < 8; i += 1) type('\u001B[B');
    await shows('Tokens/correct');
    type('c');
    await shows('● score|✔ score');
  });
});

test('shows the raw output of the agent without its controls', async () => {
  const { clock, shows, type, written } = open(80, 24);
  await shows('space pause');
  clock.ms = 60_000;
  await shows('PASSED');
  type('o');
  await shows('raw words\n of the agent');
  expect(written()).not.toContain('title');
});

test('a run without an end plays, and has no card', async () => {
  const { clock, shows, type, screen } = open(80, 24, { list: passing.slice(0, 20), scored: false });
  await shows('space pause');
  clock.ms = 60_000;
  await shows('space play');
  type('c?');
  await shows('space play');
  expect(screen()).not.toMatch(/PASSED|c card/);
});

test('quitting restores the screen and the cursor', async () => {
  const { type, over, shows, written } = open(80, 24);
  await shows('space pause');
  type('q');
  await over;
  expect(written()).toMatch(/\u001B\[\?1049l/);
  expect(written().lastIndexOf('\u001B[?25h')).toBeGreaterThan(written().lastIndexOf('\u001B[?25l'));
});

test.each([
  [80, 24],
  [40, 10],
])(
  'attack: five thousand steps with controls, bidi and very long lines at %i × %i',
  async (columns, rows) => {
    const hostile = Array.from(
      { length: 5_000 },
      (_, n): RunEvent => ({
        type: 'step',
        t_ms: 30_000 + n,
        step: {
          n,
          t_ms: 30_000 + n,
          kind: 'tool',
          text: null,
          action: 'shell',
          name: 'bash',
          target: `step-${n} \u202Eevil\u001B[2J\u001B[999A`,
          ok: n % 2 === 0,
          exit_code: n % 2,
          diff: null,
          output: n % 500 === 0 ? 'y'.repeat(1_000_000) : 'a\rb\u0007',
          duration_ms: 1,
        },
      }),
    );
    const { type, shows, screen, written } = open(columns, rows, { list: [...passing, ...hostile] });
    await shows('space pause|t = ');
    type('\u001B[F');
    type('c');
    await shows('t = 35.0s');
    if (rows > 10) await shows('step-4999');
    expect(screen().split('\n').length).toBeLessThan(rows);
    expect(written()).not.toMatch(/\u202E|\u0007|\u001B\[999A/);
  },
);

test('the plain timeline has the time of every line', () => {
  const linesOf = timeline({ width: 100, colour: false });
  expect(events.flatMap(linesOf).join('\n')).toMatchSnapshot();
});
