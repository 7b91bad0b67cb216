import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/events.js';
import { mountSweep } from '../../../src/reporters/live/sweep/mount-sweep.js';
import { sweepSummary } from '../../../src/reporters/live/sweep/summary.js';
import { toSweepRecord } from '../../../src/run/to-sweep-record.js';
import { failed, links, passed, passing, running, started, unscored } from './sample-run.js';
import {
  closeAfterTest,
  expectFacts,
  expectNoFlicker,
  SIZES,
  SNAPSHOT_SIZE,
  until,
  virtualTerminal,
} from './virtual-terminal.js';

const TASKS = ['rust-error-negated', 'js-off-by-one', 'python-cache-key', 'rust-operator-order'];
const names = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    tui: 'opencode',
    model: 'openai/gpt-oss-120b',
    taskId: `mutations/${TASKS[i] ?? `task-${i}`}`,
  }));

function open(columns: number, rows: number, colour = false, count = 4) {
  const terminal = virtualTerminal(columns, rows);
  const clock = { ms: 0 };
  let interrupts = 0;
  const reporter = mountSweep({
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    cells: names(count),
    colour,
    ...terminal.result(colour),
    now: () => clock.ms,
    onInterrupt: () => {
      interrupts += 1;
    },
  });
  closeAfterTest(reporter, terminal);
  return {
    ...terminal,
    reporter,
    interrupts: () => interrupts,
    send(cell: number, events: readonly RunEvent[], beganMs = 0) {
      for (const event of events) {
        clock.ms = beganMs + event.t_ms;
        reporter.send(event, cell);
      }
    },
    shows: (text: string) => until(() => terminal.screen().includes(text), terminal.screen),
  };
}

const endAt = (taskId: string, record = passed) => ({ ...record, task_id: taskId, run_id: taskId.slice(-4) });
const runOf = (cell: number, events: readonly RunEvent[]) =>
  events.map((event) =>
    event.type === 'run_started' ? { ...event, task_id: `mutations/${TASKS[cell]}` } : event,
  );

/** One cell has ended, two are running, one is waiting. */
function inTheMiddle(terminal: ReturnType<typeof open>) {
  terminal.send(0, runOf(0, passing));
  terminal.reporter.ended(endAt('mutations/rust-error-negated'), 0);
  terminal.send(1, runOf(1, running), 25_000);
  terminal.send(2, runOf(2, running.slice(0, -8)), 28_000);
}

/** Paths and commands are not wrapped, so that they can be copied. */
const COPIED = /^ +(?:look|share|compare|workspace) /;

describe.each(SIZES)('several cells at %i × %i', (columns, rows) => {
  test.each([false, true])('in the middle of the sweep, colour %s', async (colour) => {
    const terminal = open(columns, rows, colour);
    inTheMiddle(terminal);
    await until(() => /❯ (mutations.)?python/.test(terminal.screen()), terminal.screen);
    await terminal.shows('in 15,450');
    expect(terminal.wrappedLines()).toEqual([]);
    expectFacts(terminal.screen(), ['opencode', 'openai/gpt-oss-120b', 'calls 2', '● agent', '○ waiting']);
    if (columns === SNAPSHOT_SIZE[0]) expect(terminal.screen()).toMatchSnapshot();
    expect(/\u001B\[[\d;]*m/.test(terminal.written())).toBe(colour);
  });

  test('the results are in the scrollback', async () => {
    const terminal = open(columns, rows);
    inTheMiddle(terminal);
    terminal.reporter.ended(endAt('mutations/js-off-by-one', failed), 1);
    terminal.reporter.ended(endAt('mutations/python-cache-key', unscored), 2);
    const linksByCell = [
      { ...links, ref: '7f3a', workspace: null },
      { ...links, ref: '1a2b', workspace: '/tmp/w-1a2b' },
      { ...links, ref: '3c4d', workspace: null },
    ];
    const cells = [
      endAt('mutations/rust-error-negated'),
      endAt('mutations/js-off-by-one', failed),
      endAt('mutations/python-cache-key', unscored),
    ];
    const why = 'You stopped the sweep before this cell.';
    const notStarted = {
      tui: 'opencode',
      model: 'openai/gpt-oss-120b',
      task_id: 'mutations/rust-operator-order',
      why,
    };
    const sweep = toSweepRecord({
      ...{ sweepId: 's', demo: false, cells, notStarted: [notStarted], interrupted: true, blocked: false },
    });
    await terminal.reporter.finish(
      sweep,
      ({ run_id }) => linksByCell[cells.findIndex((cell) => cell.run_id === run_id)],
    );
    await until(() => terminal.everything().includes('compare '), terminal.everything);
    expect(terminal.wrappedLines().filter((line) => !COPIED.test(line))).toEqual([]);
    expectFacts(terminal.everything(), [
      ...cells.flatMap(({ task_id, verdict, explanation, notice }) => [
        ...[task_id, { passed: 'PASSED', failed: 'FAILED', unscored: 'NOT SCORED' }[verdict], notice],
        ...(verdict === 'passed' ? [] : [explanation]),
      ]),
      ...['not started', notStarted.task_id, why, '1 passed · 1 failed · 1 not scored'],
    ]);
    if (columns === SNAPSHOT_SIZE[0]) expect(terminal.everything()).toMatchSnapshot();
  });

  test('attack: thirty cells and five hundred steps do not flicker or exceed the window', async () => {
    const terminal = open(columns, rows, false, 30);
    terminal.send(0, running);
    terminal.send(1, running);
    for (let i = 0; i < 500; i += 1) {
      terminal.send(i % 2, [
        { type: 'warning', t_ms: 22_000 + i, message: `step ${i} ${'x'.repeat(i % 300)} end ${i} ` },
      ]);
      if (i % 100 === 99)
        await until(() => new RegExp(`end\\s+${i}\\b`).test(terminal.screen()), terminal.screen);
    }
    terminal.type('\u001B[B'.repeat(40));
    await until(() => /❯ (mutations.)?task-29/.test(terminal.screen()), terminal.screen);
    expectNoFlicker(terminal.written(), rows);
    await terminal.reporter.close();
    expect(terminal.everything()).toBe('');
  });
});

test('the focus is on the cell that started last, until the user selects another', async () => {
  const { send, shows, type, reporter } = open(120, 30);
  send(0, runOf(0, running));
  send(1, runOf(1, running.slice(0, 12)));
  await shows('❯ mutations/js-off-by-one');
  type('\u001B[A');
  await shows('❯ mutations/rust-error-negated');
  await shows('esc follow');
  send(2, [started]);
  reporter.ended(endAt('mutations/rust-error-negated'), 0);
  await shows('❯ mutations/rust-error-negated    PASSED');
  type('\u001B');
  await shows('❯ mutations/python-cache-key');
});

test('ctrl-c once stops all cells, twice quits; the caller is called each time', async () => {
  const { send, shows, type, interrupts } = open(100, 30);
  send(0, running);
  await shows('ctrl-c stop all');
  type('\u0003');
  await shows('stopping … ctrl-c again quits');
  type('\u0003');
  await shows('quitting …');
  expect(interrupts()).toBe(2);
});

test('names have the agent if there are several agents', () => {
  const cells = [endAt('a/b'), { ...endAt('a/b'), tui: 'codex' }];
  const sweep = toSweepRecord({
    ...{ sweepId: 's', demo: true, cells, notStarted: [], interrupted: false, blocked: false },
  });
  const text = sweepSummary(sweep, () => undefined, { width: 100, colour: false }).join('\n');
  expect(text).toMatch(/PASSED +opencode · a\/b/);
  expect(text).toMatch(/PASSED +codex · a\/b/);
  expect(text).toContain('DEMO a scripted model played');
});
