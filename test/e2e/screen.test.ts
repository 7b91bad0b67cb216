import { describe, expect, it } from 'vitest';
import { named } from '../needs.js';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';
import { BIN, missing, Terminal, until } from './terminal.js';

describe.skipIf(missing)(named('the screen in a real terminal', missing), () => {
  it('shows the run as it goes and leaves the card in the scrollback', async () => {
    using visitor = new Visitor();
    const size = { columns: 80, rows: 24 };
    const terminal = new Terminal(visitor, size, `${process.execPath} ${BIN} check --demo`);
    try {
      await until(terminal, /● agent 0:0\d \/ 10:00/);
      // The version comes with the agent's own start, a moment after its phase began.
      await until(terminal, /opencode 1\.\d+\.\d+ ×/);
      const live = terminal.text();
      expect(live).toMatch(/opencode 1\.\d+\.\d+ × demo\/oracle/);
      expect(live).toContain('✔ preflight');
      expect(live).toContain('ctrl-c stop and grade');
      await until(terminal, /exit 0/);
      const all = terminal.text({ all: true });
      expect(all).toContain('edit    src/hit-log.js   +1 −1');
      expect(all).toMatch(/DEMO +PASSED/);
      expect(all).toContain('provisional score — not for citation');
      expect(all).not.toContain('ctrl-c');
      expect(all.trim().endsWith('icanon')).toBe(true);
      expect(all).not.toContain('-icanon');
    } finally {
      terminal.close();
    }
  });

  it('stops, grades and gives the terminal back on ctrl-c', async () => {
    using visitor = new Visitor();
    const agent = fakeAgent(visitor.dir, "await ask(); say('at work'); await sleep(1e8);");
    const terminal = new Terminal(
      visitor,
      { columns: 80, rows: 24 },
      `${process.execPath} ${BIN} check --demo --agent-bin ${agent}`,
    );
    try {
      await until(terminal, 'at work');
      terminal.press('C-c');
      await until(terminal, /exit 130/);
      const all = terminal.text({ all: true });
      expect(all).toContain('NOT SCORED');
      expect(all).toContain('You stopped the run');
      expect(all).not.toContain('-icanon');
    } finally {
      terminal.close();
    }
  });

  it('gives several cells a line each, and opens the one that is looked at', async () => {
    using visitor = new Visitor();
    const agent = fakeAgent(visitor.dir, "await ask(); say('at work'); await sleep(1e8);");
    const terminal = new Terminal(
      visitor,
      { columns: 100, rows: 30 },
      `${process.execPath} ${BIN} check --demo --agent-bin ${agent} --task 'mutations/js-*'`,
    );
    try {
      await until(terminal, /❯ mutations\/js-boundary-shift +● agent[\s\S]*says +at work/);
      terminal.press('Down');
      await until(terminal, /❯ mutations\/js-dropped-await +○ waiting/);
      terminal.press('C-c');
      await until(terminal, /1 not scored · \d not started[\s\S]*exit 130/);
      const all = terminal.text({ all: true });
      expect(all).not.toContain('❯');
      expect(all).not.toContain('-icanon');
    } finally {
      terminal.close();
    }
  });
});
