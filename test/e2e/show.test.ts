import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordSchema } from '../../src/model/record.js';
import { writeQuickTask } from '../attacks/quick-task.js';
import { named, programs } from '../needs.js';
import { PUBLISHED_LABELS } from '../unit/reporters/page/published-labels.js';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';
import { BIN, Terminal, until } from './terminal.js';

const tmux = programs('tmux');

/** Blanks as one; a command that goes on in the next line as one line. */
const readable = (text: string) => text.replace(/\\\s+/g, ' ').replace(/\s+/g, ' ');

const withoutTags = (text: string) =>
  text
    .replace(/<style>.*?<\/style>|<script.*?<\/script>/gs, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"');

let visitor: Visitor;
let id: string;
beforeAll(async () => {
  visitor = new Visitor();
  const agent = fakeAgent(visitor.dir, "await ask(); fs.writeFileSync('src/a.txt', 'mended');");
  const task = writeQuickTask(join(visitor.dir, 'task'), { verifier: 'grep -q mended src/a.txt' });
  await visitor.run([
    ...['check', '--demo', '--agent-bin', agent, '--task', task, '--reporter', 'plain'],
    ...['--reporter', 'junit=junit.xml', '--reporter', 'html=page.html'],
  ]);
  id = visitor.records()[0]?.run_id ?? '';
});
afterAll(() => visitor[Symbol.dispose]());

describe('show', () => {
  it.each(['terminal', 'html'])('has every field of the published page, for the %s', async (face) => {
    const args = face === 'html' ? ['--format', 'html'] : [];
    const { code, stdout } = await visitor.run(['show', 'last', ...args], { env: { NO_COLOR: '1' } });
    expect(code).toBe(0);
    const shown = readable(face === 'html' ? withoutTags(stdout) : stdout);
    expect(PUBLISHED_LABELS.filter((label) => !shown.includes(label))).toEqual([]);
    expect(shown).toContain('DEMO');
    expect(shown).toContain('provisional score — not for citation');
  });

  it('gives the record as it stands, by the beginning of its id', async () => {
    const { stdout } = await visitor.run(['show', id.slice(0, 4), '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual(visitor.records()[0]);
  });

  it('writes a file with -o, and says so', async () => {
    const { code, stdout, stderr } = await visitor.run(['show', id, '--format', 'svg', '-o', 'badge.svg']);
    expect([code, stdout, stderr]).toEqual([0, '', 'wrote badge.svg\n']);
    expect(readFileSync(join(visitor.dir, 'badge.svg'), 'utf8')).toMatch(/>DEMO<.*>provisional</s);
    const bad = await visitor.run(['show', id, '-o', 'no/such/dir.txt']);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toMatch(/^no\/such\/dir\.txt cannot be written: .*\n/);
  });

  it('says in one sentence what is wrong with a name, a format, or a run that was cut short', async () => {
    const unknown = await visitor.run(['show', 'nope']);
    expect([unknown.code, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toMatch(/^There is no saved run "nope"/);
    expect((await visitor.run(['show', id, '--format', 'pdf'])).code).toBe(2);
    writeFileSync(join(visitor.dir, 'events.jsonl'), '');
    const torn = await visitor.run(['show', visitor.dir]);
    expect(torn.code).toBe(2);
    expect(torn.stderr).toContain('the run was interrupted or is still running');
  });
});

describe.skipIf(tmux)(named('documents in a real terminal', tmux), () => {
  it('do not flood it: each is refused with the command that writes it to a file, which works', async () => {
    const documents = [
      ['show last', 'html', `${id}.html`],
      ['show last', 'asciicast', `${id}.cast`],
      ['show last', 'svg', `${id}.svg`],
      ['compare', 'html', 'compare.html'],
    ].map(([command, format, file = '']) => {
      const asked = `${command} --format ${format}`;
      return { asked, file, mended: `${asked} -o ${file}` };
    });
    const bin = `${process.execPath} ${BIN}`;
    const script = documents.map(({ asked, mended }) => `${bin} ${asked}; echo "code $?"; ${bin} ${mended}`);
    const terminal = new Terminal(visitor, { columns: 120, rows: 40 }, script.join('; '));
    try {
      await until(terminal, 'exit 0');
      const all = terminal.text({ all: true });
      expect(all.match(/code 2/g)).toHaveLength(documents.length);
      expect(all.trim().split('\n').length).toBeLessThan(30);
      for (const { asked, mended, file } of documents) {
        expect(all.replace(/\s+/g, ' ')).toContain(`Give it a file: codingagentbench ${mended}.`);
        expect(all).toContain(`wrote ${file}`);
        // A pipe gets what the file has.
        const { stdout } = await visitor.run(asked.split(' '));
        expect(stdout).toBe(readFileSync(join(visitor.dir, file), 'utf8'));
      }
    } finally {
      terminal.close();
    }
  });
});

describe('compare', () => {
  it('shows demos as such, and refuses to mix them with what it was not asked for', async () => {
    const { code, stdout } = await visitor.run(['compare']);
    expect(code).toBe(0);
    expect(stdout).toContain('DEMO: a scripted model played.');
    expect(stdout).toMatch(/opencode × demo\/oracle +1\/1/);
    const none = await visitor.run(['compare', '--tui', 'codex']);
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toMatch(/^No saved run matches\./);
  });

  it('is not emptied by an unscored run of another agent, and says who is left out', async () => {
    const runs = join(visitor.home, '.local/share/codingagentbench/runs');
    const [from, to] = [join(runs, id), join(runs, 'abcd0001')];
    cpSync(from, to, { recursive: true });
    const edit = (file: string, change: (text: string) => string) =>
      writeFileSync(join(to, file), change(readFileSync(join(to, file), 'utf8')));
    for (const file of ['record.json', 'events.jsonl'])
      edit(file, (text) => text.replaceAll(id, 'abcd0001').replaceAll(/("tui": ?)"opencode"/g, '$1"pi"'));
    edit('record.json', (text) => {
      const record = recordSchema.parse(JSON.parse(text));
      record.scores.pass_rate.pass = null;
      return JSON.stringify({ ...record, verdict: 'unscored' });
    });
    const { code, stdout } = await visitor.run(['compare']);
    rmSync(to, { recursive: true });
    expect(code).toBe(0);
    expect(stdout).toContain('all tasks have a scored run of every pair');
    expect(stdout).toMatch(/opencode × demo\/oracle +1\/1 +100 %/);
    expect(stdout).toContain('pi × demo/oracle is left out: none of its runs was scored (1 run).');
  });
});

describe('reporters of check', () => {
  it('write their files beside the face that shows the run', () => {
    expect(readFileSync(join(visitor.dir, 'junit.xml'), 'utf8')).toContain(
      '<testcase classname="codingagentbench" name="verdict"',
    );
    expect(readFileSync(join(visitor.dir, 'page.html'), 'utf8')).toContain('<h1>opencode');
  });
});
