import { afterEach, describe, expect, test } from 'vitest';
import { choice } from '../../src/reporters/live/prompt/choice.js';
import { LeftPrompt } from '../../src/reporters/live/prompt/left.js';
import { openPrompter, type Prompter } from '../../src/reporters/live/prompt/open-prompter.js';
import { textLine } from '../../src/reporters/live/prompt/text-line.js';
import { until, virtualTerminal } from './virtual-terminal.js';

const opened: Array<{ prompter: Prompter; dispose: () => void }> = [];
afterEach(async () => {
  for (const { prompter, dispose } of opened.splice(0)) {
    await prompter.close();
    dispose();
  }
});

function open(columns = 80, rows = 24, colour = false) {
  const terminal = virtualTerminal(columns, rows);
  const prompter = openPrompter({ stdout: terminal.stdout, stdin: terminal.stdin, colour });
  opened.push({ prompter, dispose: terminal.dispose });
  return {
    ...terminal,
    prompter,
    shows: (text: string) => until(() => terminal.screen().includes(text), terminal.screen),
  };
}

const UP = '\u001B[A';
const DOWN = '\u001B[B';
const options = Array.from({ length: 30 }, (_, i) => ({
  label: `family/task-${i}`,
  value: i,
  hint: i % 2 === 0 ? 'rust' : 'go',
}));
const tasks = () => choice({ question: 'Which task?', options, initial: 7 });

describe('a choice', () => {
  test.each([
    [80, 24],
    [120, 40],
    [40, 20],
    [40, 6],
  ])('at %i × %i stays within the window', async (columns, rows) => {
    const { prompter, shows, screen } = open(columns, rows);
    prompter.ask('task', tasks()).catch(() => {});
    await shows('❯ family/task-7');
    expect(screen().split('\n').length).toBeLessThan(rows);
    expect(screen()).toMatchSnapshot();
  });

  test('arrows go round, the answer stays', async () => {
    const { prompter, shows, type } = open();
    const answer = prompter.ask('task', choice({ question: 'Which?', options: options.slice(0, 3) }));
    await shows('❯ family/task-0');
    type(UP);
    await shows('❯ family/task-2');
    type(DOWN);
    type(DOWN);
    await shows('❯ family/task-1');
    type('\r');
    expect(await answer).toBe(1);
    await shows('✔ task      family/task-1');
  });

  test('typing searches labels and hints; esc clears, then leaves', async () => {
    const { prompter, shows, type } = open();
    const answer = prompter.ask('task', tasks());
    await shows('Which task?');
    type('GO 29');
    await shows('❯ family/task-29');
    type('x');
    await shows('nothing matches');
    type('\r');
    type('\u001B');
    await shows('type to search');
    type('\u001B');
    await expect(answer).rejects.toThrow(LeftPrompt);
  });

  test('what is typed may be an answer of its own', async () => {
    const { prompter, shows, type } = open();
    const typed = { hint: 'or a number', read: (text: string) => (/^\d+$/.test(text) ? Number(text) : null) };
    const answer = prompter.ask('n', choice({ question: 'Which?', options: options.slice(0, 2), typed }));
    await shows('or a number');
    type('4711');
    await shows('as typed');
    type('\r');
    expect(await answer).toBe(4711);
  });
});

describe('a line of text', () => {
  test('hidden: nothing of it is ever written, not even its length', async () => {
    const { prompter, shows, type, written } = open();
    const answer = prompter.ask('key', textLine({ question: 'Key?', hint: 'hidden', hidden: true }));
    await shows('Key?');
    type('sk-very-secret');
    await shows('(hidden)');
    type('\r');
    expect(await answer).toBe('sk-very-secret');
    await shows('✔ key       given, not kept');
    expect(written()).not.toMatch(/sk-|secret|\*|•/);
  });

  test('a paste with its line end is an answer; controls are cut out', async () => {
    const { prompter, shows, type } = open();
    const answer = prompter.ask('key', textLine({ question: 'Key?', hint: 'h', hidden: true }));
    await shows('Key?');
    type('sk-\u202E1\n');
    expect(await answer).toBe('sk-1');
  });

  test('what will not do is said, and corrected', async () => {
    const { prompter, shows, type } = open();
    const refuse = (text: string) => (text === 'no' ? 'Not this one.' : null);
    const answer = prompter.ask('word', textLine({ question: 'Word?', hint: '', refuse }));
    await shows('Word?');
    type('no\r');
    await shows('Not this one.');
    type('\u007F\u007F');
    type('yes\r');
    expect(await answer).toBe('yes');
  });
});

test('ctrl-c leaves a question and a wait alike, and the cursor comes back', async () => {
  const { prompter, shows, type, written } = open();
  const asked = prompter.ask('task', tasks());
  await shows('Which task?');
  type('\u0003');
  await expect(asked).rejects.toThrow(LeftPrompt);
  const waited = prompter.wait('looking', new Promise(() => {}));
  await shows('looking …');
  type('\u0003');
  await expect(waited).rejects.toThrow(LeftPrompt);
  await prompter.close();
  expect(written().lastIndexOf('\u001B[?25h')).toBeGreaterThan(written().lastIndexOf('\u001B[?25l'));
  expect(written()).not.toMatch(/\u001B\[[23]J/);
});

describe('what is typed while something is looked up', () => {
  const url = (text: string) => (text.includes(':') ? text : null);
  const where = () =>
    choice<string | null>({
      question: 'Where?',
      options: [
        { label: 'one:1', value: 'one:1' },
        { label: 'demo', value: null },
      ],
      typed: { hint: 'or a URL', read: url },
    });

  /** A prompter that waits; `found` ends the wait, and then asks where. */
  async function waiting() {
    const terminal = open();
    let end = () => {};
    const work = new Promise<void>((resolve) => {
      end = resolve;
    });
    const waited = terminal.prompter.wait('looking', work);
    await terminal.shows('looking …');
    const found = async () => {
      end();
      await waited;
      return terminal.prompter.ask('where', where());
    };
    return { ...terminal, waited, found };
  }

  test('text and Enter answer the next question, typed at once or key by key', async () => {
    for (const keys of [['my:8000\r'], [...'my:8000', '\r']]) {
      const { type, shows, found } = await waiting();
      for (const key of keys) type(key);
      await shows('goes to the next question');
      expect(await found()).toBe('my:8000');
    }
  });

  test('text without Enter stands in the question, and Enter takes it then', async () => {
    const { type, shows, found } = await waiting();
    type('your:2');
    await shows('goes to the next question');
    const answer = found();
    await shows('as typed');
    type('\r');
    expect(await answer).toBe('your:2');
  });

  test('arrows choose, backspace takes back', async () => {
    const first = await waiting();
    first.type(`${DOWN}\r`);
    await first.shows('goes to');
    expect(await first.found()).toBeNull();
    const second = await waiting();
    second.type('a:12\u007F\u007F3\r');
    await second.shows('goes to');
    expect(await second.found()).toBe('a:3');
  });

  test('what is left goes to the question after the next, line by line', async () => {
    const { type, shows, found, prompter } = await waiting();
    type('a:1\rsecond\r');
    await shows('goes to');
    expect(await found()).toBe('a:1');
    expect(await prompter.ask('word', textLine({ question: 'Word?', hint: '' }))).toBe('second');
  });

  test('a paste answers one question, whatever lines follow', async () => {
    const { type, shows, found, prompter, screen } = await waiting();
    type('\u001B[200~a:1\nsk-secret\n\u001B[201~');
    await shows('goes to');
    expect(await found()).toBe('a:1');
    prompter.ask('word', textLine({ question: 'Word?', hint: 'nothing yet' })).catch(() => {});
    await shows('nothing yet');
    expect(screen()).not.toContain('sk-secret');
  });

  test('Enter alone takes no default that nobody has read', async () => {
    const { type, shows, found } = await waiting();
    type('\r');
    type('\r');
    type('b:2');
    await shows('goes to');
    const answer = found();
    await shows('as typed');
    type('\r');
    expect(await answer).toBe('b:2');
  });

  test('esc takes it back, ctrl-c leaves at once though more was typed', async () => {
    const { type, shows, screen, waited } = await waiting();
    type('a:1');
    await shows('goes to');
    type('\u001B');
    await until(() => !screen().includes('goes to'), screen);
    type('b:1\r\u0003');
    await expect(waited).rejects.toThrow(LeftPrompt);
  });
});
