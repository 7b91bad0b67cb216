import { afterEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/events.js';
import type { LiveReporter } from '../../src/reporters/live/live-reporter.js';
import { mountSweep } from '../../src/reporters/live/sweep/mount-sweep.js';
import { sweepSummary } from '../../src/reporters/live/sweep/summary.js';
import { toSweepRecord } from '../../src/run/to-sweep-record.js';
import { failed, kept, passed, passing, running, started, unscored } from './sample-run.js';
import { SIZES, until, virtualTerminal } from './virtual-terminal.js';

const opened: Array<{ face: LiveReporter; dispose: () => void }> = [];
afterEach(async () => {
  for (const { face, dispose } of opened.splice(0)) {
    await face.close();
    dispose();
  }
});

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
  const face = mountSweep({
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
  opened.push({ face, dispose: terminal.dispose });
  return {
    ...terminal,
    face,
    interrupts: () => interrupts,
    send(cell: number, events: readonly RunEvent[], beganMs = 0) {
      for (const event of events) {
        clock.ms = beganMs + event.t_ms;
        face.send(event, cell);
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

/** One is over, two run, one waits. */
function inTheMiddle(terminal: ReturnType<typeof open>) {
  terminal.send(0, runOf(0, passing));
  terminal.face.ended(endAt('mutations/rust-error-negated'), 0);
  terminal.send(1, runOf(1, running), 25_000);
  terminal.send(2, runOf(2, running.slice(0, -8)), 28_000);
}

describe.each(SIZES)('several cells at %i × %i', (columns, rows) => {
  test.each([false, true])('in the middle, colour %s', async (colour) => {
    const terminal = open(columns, rows, colour);
    inTheMiddle(terminal);
    await until(() => /❯ (mutations.)?python/.test(terminal.screen()), terminal.screen);
    await terminal.shows('in 15,450');
    expect(terminal.screen()).toMatchSnapshot();
    expect(/\u001B\[[\d;]*m/.test(terminal.written())).toBe(colour);
  });

  test('the result stays in the scrollback', async () => {
    const terminal = open(columns, rows);
    inTheMiddle(terminal);
    terminal.face.ended(endAt('mutations/js-off-by-one', failed), 1);
    terminal.face.ended(endAt('mutations/python-cache-key', unscored), 2);
    const left = [
      { ...kept, ref: '7f3a', workspace: null },
      { ...kept, ref: '1a2b', workspace: '/tmp/w-1a2b' },
      { ...kept, ref: '3c4d', workspace: null },
    ];
    const cells = [
      endAt('mutations/rust-error-negated'),
      endAt('mutations/js-off-by-one', failed),
      endAt('mutations/python-cache-key', unscored),
    ];
    const why = 'You stopped the sweep before its turn.';
    const notStarted = {
      tui: 'opencode',
      model: 'openai/gpt-oss-120b',
      task_id: 'mutations/rust-operator-order',
      why,
    };
    const sweep = toSweepRecord({
      ...{ sweepId: 's', demo: false, cells, notStarted: [notStarted], interrupted: true, blocked: false },
    });
    await terminal.face.finish(
      sweep,
      ({ run_id }) => left[cells.findIndex((cell) => cell.run_id === run_id)],
    );
    await until(() => terminal.everything().includes('compare '), terminal.everything);
    expect(terminal.everything()).toMatchSnapshot();
  });

  test('attack: thirty cells and five hundred steps never clear nor overflow the window', async () => {
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
    expect(terminal.written()).not.toMatch(/\u001B\[[23]J/);
    const climbs = terminal.written().match(/(?:\u001B\[2K|\u001B\[1A|\u001B\[G)+/g) ?? [];
    for (const climb of climbs) expect(climb.match(/\u001B\[1A/g)?.length ?? 0).toBeLessThan(rows);
    await terminal.face.close();
    expect(terminal.everything()).toBe('');
  });
});

test('the open cell is the one that began last, until the user looks at another', async () => {
  const { send, shows, type, face } = open(120, 30);
  send(0, runOf(0, running));
  send(1, runOf(1, running.slice(0, 12)));
  await shows('❯ mutations/js-off-by-one');
  type('\u001B[A');
  await shows('❯ mutations/rust-error-negated');
  await shows('esc follow');
  send(2, [started]);
  face.ended(endAt('mutations/rust-error-negated'), 0);
  await shows('❯ mutations/rust-error-negated    PASSED');
  type('\u001B');
  await shows('❯ mutations/python-cache-key');
});

test('ctrl-c once stops all and says so, twice quits; the caller hears of both', async () => {
  const { send, shows, type, interrupts } = open(100, 30);
  send(0, running);
  await shows('ctrl-c stop all');
  type('\u0003');
  await shows('stopping … ctrl-c again quits');
  type('\u0003');
  await shows('quitting …');
  expect(interrupts()).toBe(2);
});

test('cells of several agents are told apart by the agent', () => {
  const cells = [endAt('a/b'), { ...endAt('a/b'), tui: 'codex' }];
  const sweep = toSweepRecord({
    ...{ sweepId: 's', demo: true, cells, notStarted: [], interrupted: false, blocked: false },
  });
  const text = sweepSummary(sweep, () => undefined, { width: 100, colour: false }).join('\n');
  expect(text).toMatch(/PASSED +opencode · a\/b/);
  expect(text).toMatch(/PASSED +codex · a\/b/);
  expect(text).toContain('DEMO a scripted model played');
});
