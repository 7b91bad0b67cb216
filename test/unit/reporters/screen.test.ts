import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/events.js';
import { mountScreen } from '../../../src/reporters/live/screen/mount-screen.js';
import {
  demoRefusal,
  failed,
  finishOne,
  links,
  passed,
  passing,
  running,
  started,
  unscored,
} from './sample-run.js';
import { closeAfterTest, expectNoFlicker, until, virtualTerminal } from './virtual-terminal.js';

function open(columns = 80, rows = 24, colour = false) {
  const terminal = virtualTerminal(columns, rows);
  const clock = { ms: 0 };
  let interrupts = 0;
  const reporter = mountScreen({
    stdout: terminal.stdout,
    stdin: terminal.stdin,
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
    clock,
    interrupts: () => interrupts,
    send(events: readonly RunEvent[]) {
      for (const event of events) {
        clock.ms = event.t_ms;
        reporter.send(event, 0);
      }
    },
    /** Waits for a text in the visible window. */
    shows: (text: string) => until(() => terminal.screen().includes(text), terminal.screen),
  };
}

describe('while it runs', () => {
  test('an install shows its size until it is done', async () => {
    const { send, shows, screen } = open();
    send(running.slice(0, 4));
    await shows('installing opencode 1.18.33   120 MB');
    send(running.slice(4, 5));
    await shows('✔ installed opencode 1.18.33   354 MB');
    expect(screen()).not.toContain('installing');
  });

  test('times advance without events; during a model call the agent is not idle', async () => {
    const { send, shows, clock } = open();
    send(running);
    clock.ms = 24_500;
    await shows('● agent 0:15 / 10:00');
    await shows('idle 3s');
    clock.ms = 41_500;
    await shows('idle 20s / 2:00');
    send([{ type: 'model_call_started', t_ms: 25_000, n: 6, probe: false }]);
    clock.ms = 37_000;
    await shows('model 12s');
  });

  test('an unexpected file and a missing sandbox are marked', async () => {
    const { send, shows } = open(100);
    send([
      started,
      {
        type: 'agent_started',
        t_ms: 1,
        tui_version: null,
        command: [],
        wire: 'chat',
        sandbox: 'none',
        direct_egress: 'possible',
        limits: [],
        workdir: '/tmp/w',
        wiring: { argv: [], env: {}, files: [] },
      },
      {
        type: 'files',
        t_ms: 2,
        changes: [
          { path: 'a.rs', change: 'modified', expected: true },
          { path: 'b.rs', change: 'modified', expected: true },
          { path: 'notes.md', change: 'added', expected: false },
        ],
      },
    ]);
    await shows('files notes.md (not expected), a.rs (expected) +1   sandbox none');
  });

  test('a demo shows DEMO', async () => {
    const { send, shows } = open();
    send([{ ...started, demo: true }]);
    await shows('DEMO');
  });
});

describe('at the end', () => {
  test.each([
    ['passed', passed],
    ['failed', failed],
    ['not scored', unscored],
    ['demo', demoRefusal],
  ])('%s: the strip is removed, the steps and the card stay', async (_name, record) => {
    const { send, reporter, everything } = open();
    send(passing);
    await finishOne(reporter, record, links);
    await until(() => everything().includes('again '), everything);
    expect(everything()).toMatchSnapshot();
  });

  test('closing without a result leaves only the steps', async () => {
    const { send, reporter, everything } = open(100, 24);
    send(running);
    await reporter.close();
    await until(() => everything().includes('says'), everything);
    expect(everything()).not.toContain('● agent');
  });

  test('the cursor is visible again', async () => {
    const { send, reporter, written } = open();
    send(passing);
    await finishOne(reporter, passed, links);
    expect(written().lastIndexOf('\u001B[?25h')).toBeGreaterThan(written().lastIndexOf('\u001B[?25l'));
  });
});

describe('ctrl-c', () => {
  test('once stops, twice quits; the screen shows it and the caller is called each time', async () => {
    const { send, shows, type, interrupts } = open();
    send(running);
    await shows('ctrl-c stop and grade');
    type('\u0003');
    await shows('stopping … ctrl-c again quits');
    expect(interrupts()).toBe(1);
    type('\u0003');
    await shows('quitting …');
    expect(interrupts()).toBe(2);
  });

  test('a signal, reported by the caller, shows the same and does not call the caller', async () => {
    const { send, shows, reporter, interrupts } = open();
    send(running);
    reporter.interrupted();
    await shows('stopping … ctrl-c again quits');
    expect(interrupts()).toBe(0);
  });

  test('the screen draws even if the terminal cannot read keys', async () => {
    const terminal = virtualTerminal(80, 24);
    Object.assign(terminal.stdin, { isTTY: false });
    const reporter = mountScreen({
      ...terminal,
      ...terminal.result(false),
      colour: false,
      now: () => 0,
      onInterrupt: () => {},
    });
    closeAfterTest(reporter, terminal);
    for (const event of running) reporter.send(event, 0);
    await until(() => terminal.screen().includes('out 912'), terminal.screen);
  });
});

describe('keys', () => {
  const long = (n: number): RunEvent => ({
    type: 'step',
    t_ms: 21_000 + n,
    step: {
      n,
      t_ms: 21_000 + n,
      kind: 'tool',
      text: null,
      action: 'shell',
      name: 'bash',
      target: `seq ${n}`,
      ok: true,
      exit_code: 0,
      diff: null,
      output: Array.from({ length: 9 }, (_, i) => `run ${n} line ${i}`).join('\n'),
      duration_ms: 10,
    },
  });

  test('d prints the last folded step unfolded, unfolds later steps, and folds again', async () => {
    const { send, shows, type, everything } = open(80, 60);
    send([...running, long(1)]);
    await shows('run 1 line 8');
    expect(everything()).not.toContain('run 1 line 0');
    type('d');
    await shows('run 1 line 0');
    await shows('d fold');
    send([long(2)]);
    await shows('run 2 line 0');
    type('d');
    await shows('d details');
    send([long(3)]);
    await shows('run 3 line 8');
    expect(everything()).not.toContain('run 3 line 0');
  });

  test('f lists the files that fit in the window, unexpected files first', async () => {
    const { send, shows, type, screen } = open(80, 20);
    const changes = Array.from({ length: 30 }, (_, i) => ({
      path: `src/file-${i}.rs`,
      change: 'added' as const,
      expected: i !== 29,
    }));
    send([...running, { type: 'files', t_ms: 21_500, changes }]);
    await shows('f files');
    type('f');
    await shows('A src/file-29.rs (not expected)');
    await shows('… 23 more');
    expect(screen().split('\n').length).toBeLessThanOrEqual(20);
    type('f');
    await until(() => !screen().includes('more'), screen);
  });

  test('a key without a function does nothing', async () => {
    const { send, shows, type, interrupts } = open();
    send(running);
    await shows('ctrl-c stop and grade');
    type('x\u001B[Aq');
    send([{ type: 'warning', t_ms: 22_000, message: 'still here' }]);
    await shows('still here');
    expect(interrupts()).toBe(0);
  });
});

const flood = (count: number): RunEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    type: 'step',
    t_ms: 9_000 + i,
    step: {
      n: i,
      t_ms: 9_000 + i,
      kind: 'tool',
      text: null,
      action: 'shell',
      name: 'bash',
      target: `step-${i} ${'x'.repeat(i % 300)}`,
      ok: true,
      exit_code: 0,
      diff: null,
      output: 'one\ntwo\nthree\nfour',
      duration_ms: 10,
    },
  }));

describe.each([
  [80, 24],
  [120, 40],
  [40, 20],
  [40, 6],
])('attack: five hundred steps at %i × %i', (columns, rows) => {
  test('the scrollback has each step once and in order; no frame flickers or is too tall', async () => {
    const { send, reporter, everything, written } = open(columns, rows);
    send(running);
    const steps = flood(500);
    for (let i = 0; i < steps.length; i += 100) {
      send(steps.slice(i, i + 100));
      await until(() => everything().includes(`step-${i + 99} `), everything);
    }
    await reporter.close();
    const numbers = [...everything().matchAll(/step-(\d+)/g)].map(([, n]) => Number(n));
    expect(numbers).toEqual(steps.map((_, i) => i));
    expectNoFlicker(written(), rows);
  });
});

test.each([60, 40])(
  'narrowing the window to %i columns and widening it leaves nothing of old frames',
  async (columns) => {
    const { send, shows, screen, everything, resize, reporter } = open(120, 30);
    send(running);
    await shows('out 912');
    resize(columns, 30);
    await until(
      () => /^ mutations\/rust.*\n[\s\S]*^ d details · ctrl-c stop and grade$/m.test(screen()),
      screen,
    );
    resize(100, 30);
    send([{ type: 'warning', t_ms: 22_000, message: 'wide again' }]);
    await shows('wide again');
    await reporter.close();
    await until(() => !everything().includes('ctrl-c'), everything);
    expect(everything()).toContain('installed opencode');
    expect(everything()).toMatch(/four tests pass\.\n ! wide again$/);
  },
);

test('elapsed times start with the run, whatever the origin of the clock', async () => {
  const { reporter, shows, clock } = open();
  const origin = 1_000_000;
  clock.ms = origin;
  for (const event of running) reporter.send(event, 0);
  clock.ms = origin + 30_000;
  await shows('● agent 0:21 / 10:00');
});

test('without colour no colour sequence is written', async () => {
  const { send, reporter, written } = open(80, 24, false);
  send(passing);
  await finishOne(reporter, failed, links);
  expect(written()).not.toMatch(/\u001B\[[\d;]*m/);
});
