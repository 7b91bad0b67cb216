import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';
import { BIN, missing, Terminal, until } from './terminal.js';

const AT_WORK = "await ask(); say('at work');";

describe.skipIf(missing)(
  `wizard, check and replay in a real terminal${missing ? ` (missing: ${missing})` : ''}`,
  () => {
    it('asks, runs what was answered, and plays it again to the end', async () => {
      using visitor = new Visitor();
      const agent = fakeAgent(visitor.dir, AT_WORK);
      const bin = `${process.execPath} ${BIN}`;
      const command = `${bin} check --agent-bin ${agent}; echo "checked $?"; read go; ${bin} replay last --speed 0.125`;
      const terminal = new Terminal(visitor, { columns: 100, rows: 30 }, command);
      try {
        await until(terminal, 'Which agent?');
        terminal.press('opencode', 'Enter');
        await until(terminal, 'Where is the model?');
        terminal.press('demo');
        await until(terminal, /❯ demo/);
        terminal.press('Enter');
        await until(terminal, 'Which task?');
        terminal.press('boundary');
        await until(terminal, /❯ mutations\/js-boundary-shift +✔ node/);
        terminal.press('Enter');
        await until(terminal, /check --tui opencode --demo=oracle --task mutations\/js-boundary-shift/);
        await until(terminal, /checked 1/);
        const answers = readFileSync(join(visitor.home, '.config/codingagentbench/answers.json'), 'utf8');
        expect(JSON.parse(answers)).toEqual({ tui: 'opencode', task: 'mutations/js-boundary-shift' });

        terminal.press('Enter');
        await until(terminal, 'space pause');
        terminal.press('Space');
        await until(terminal, 'space play');
        terminal.press('Right', 'Right', 'Left');
        await until(terminal, /span 1\/\d+/);
        terminal.press('End');
        await until(terminal, /DEMO +FAILED/);
        terminal.press('?');
        await until(terminal, '1 when the task');
        terminal.press('q');
        await until(terminal, /exit 0/);
        // The screen as it was before the replay: the check's own card stands on it.
        expect(terminal.text({ all: true })).toContain('checked 1');
        expect(terminal.text({ all: true })).not.toContain('-icanon');
        expect(visitor.litter()).toEqual([]);
      } finally {
        terminal.close();
      }
    });

    it('is left with esc before anything ran', async () => {
      using visitor = new Visitor();
      const terminal = new Terminal(visitor, { columns: 80, rows: 24 }, `${process.execPath} ${BIN} check`);
      try {
        await until(terminal, 'Which agent?');
        terminal.press('Escape');
        await until(terminal, /Nothing was run\.[\s\S]*exit 130/);
        expect(terminal.text({ all: true })).not.toContain('-icanon');
      } finally {
        terminal.close();
      }
    });
  },
);

describe('replay where there is no terminal', () => {
  it('prints what happened and when, and the card', async () => {
    using visitor = new Visitor();
    const agent = fakeAgent(visitor.dir, AT_WORK);
    await visitor.run(['check', '--demo', '--agent-bin', agent]);
    const { code, stdout, stderr } = await visitor.run(['replay', 'last', '--explain']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ +\d+\.\ds +says +at work$/m);
    expect(stdout).toMatch(/DEMO +FAILED/);
    expect(stdout).toContain('1 when the task');
  });

  it('names what is wrong: no run, none of that name', async () => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(['replay', 'last']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('There is no saved run yet');
  });
});
