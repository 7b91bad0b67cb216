import { afterEach, describe, expect, test } from 'vitest';
import { choice } from '../../../src/reporters/live/prompt/choice.js';
import { openPrompter, type Prompter } from '../../../src/reporters/live/prompt/open-prompter.js';
import { PromptCancelled } from '../../../src/reporters/live/prompt/question.js';
import { textLine } from '../../../src/reporters/live/prompt/text-line.js';
import { SIZES, SNAPSHOT_SIZE, until, virtualTerminal } from './virtual-terminal.js';

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
  test.each([...SIZES, [40, 6] as const])('at %i × %i fits in the window', async (columns, rows) => {
    const { prompter, shows, screen, wrappedLines } = open(columns, rows);
    prompter.ask('task', tasks()).catch(() => {});
    await shows('❯ family/task-7');
    expect(screen().split('\n').length).toBeLessThan(rows);
    expect(wrappedLines()).toEqual([]);
    expect(screen()).toContain('enter accept');
    if (columns === SNAPSHOT_SIZE[0]) expect(screen()).toMatchSnapshot();
  });

  test('arrow keys wrap around; the answer stays on the screen', async () => {
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

  test('typing searches labels and hints; esc clears the search, then cancels', async () => {
    const { prompter, shows, type } = open();
    const answer = prompter.ask('task', tasks());
    await shows('Which task?');
    type('GO 29');
    await shows('❯ family/task-29');
    type('x');
    await shows('no match');
    type('\r');
    type('\u001B');
    await shows('type to search');
    type('\u001B');
    await expect(answer).rejects.toThrow(PromptCancelled);
  });

  test('accepts typed text that is no option', async () => {
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
  test('never writes a hidden answer, nor its length', async () => {
    const { prompter, shows, type, written } = open();
    const answer = prompter.ask('key', textLine({ question: 'Key?', hint: 'hidden', hidden: true }));
    await shows('Key?');
    type('sk-very-secret');
    await shows('(hidden)');
    type('\r');
    expect(await answer).toBe('sk-very-secret');
    await shows('✔ key       given, not saved');
    expect(written()).not.toMatch(/sk-|secret|\*|•/);
  });

  test('a paste with a line end is an answer; controls are removed', async () => {
    const { prompter, shows, type } = open();
    const answer = prompter.ask('key', textLine({ question: 'Key?', hint: 'h', hidden: true }));
    await shows('Key?');
    type('sk-\u202E1\n');
    expect(await answer).toBe('sk-1');
  });

  test('an answer that is not valid shows the reason, and can be corrected', async () => {
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

test('ctrl-c cancels a question and a wait, and the cursor is visible again', async () => {
  const { prompter, shows, type, written } = open();
  const asked = prompter.ask('task', tasks());
  await shows('Which task?');
  type('\u0003');
  await expect(asked).rejects.toThrow(PromptCancelled);
  const waited = prompter.wait('searching', new Promise(() => {}));
  await shows('searching …');
  type('\u0003');
  await expect(waited).rejects.toThrow(PromptCancelled);
  await prompter.close();
  expect(written().lastIndexOf('\u001B[?25h')).toBeGreaterThan(written().lastIndexOf('\u001B[?25l'));
  expect(written()).not.toMatch(/\u001B\[[23]J/);
});

describe('typing during a wait', () => {
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

  /** A waiting prompter; `ask` ends the wait and asks the next question. */
  async function waiting() {
    const terminal = open();
    let end = () => {};
    const work = new Promise<void>((resolve) => {
      end = resolve;
    });
    const waited = terminal.prompter.wait('searching', work);
    await terminal.shows('searching …');
    const ask = async () => {
      end();
      await waited;
      return terminal.prompter.ask('where', where());
    };
    return { ...terminal, waited, ask };
  }

  test('text and Enter answer the next question, as one input or key by key', async () => {
    for (const keys of [['my:8000\r'], [...'my:8000', '\r']]) {
      const { type, shows, ask } = await waiting();
      for (const key of keys) type(key);
      await shows('goes to the next question');
      expect(await ask()).toBe('my:8000');
    }
  });

  test('text without Enter appears in the question, and Enter accepts it', async () => {
    const { type, shows, ask } = await waiting();
    type('your:2');
    await shows('goes to the next question');
    const answer = ask();
    await shows('as typed');
    type('\r');
    expect(await answer).toBe('your:2');
  });

  test('arrow keys choose, backspace erases', async () => {
    const first = await waiting();
    first.type(`${DOWN}\r`);
    await first.shows('goes to');
    expect(await first.ask()).toBeNull();
    const second = await waiting();
    second.type('a:12\u007F\u007F3\r');
    await second.shows('goes to');
    expect(await second.ask()).toBe('a:3');
  });

  test('further lines go to further questions', async () => {
    const { type, shows, ask, prompter } = await waiting();
    type('a:1\rsecond\r');
    await shows('goes to');
    expect(await ask()).toBe('a:1');
    expect(await prompter.ask('word', textLine({ question: 'Word?', hint: '' }))).toBe('second');
  });

  test('a paste answers only one question, even with several lines', async () => {
    const { type, shows, ask, prompter, screen } = await waiting();
    type('\u001B[200~a:1\nsk-secret\n\u001B[201~');
    await shows('goes to');
    expect(await ask()).toBe('a:1');
    prompter.ask('word', textLine({ question: 'Word?', hint: 'nothing yet' })).catch(() => {});
    await shows('nothing yet');
    expect(screen()).not.toContain('sk-secret');
  });

  test('Enter without text does not accept a default before the question is shown', async () => {
    const { type, shows, ask } = await waiting();
    type('\r');
    type('\r');
    type('b:2');
    await shows('goes to');
    const answer = ask();
    await shows('as typed');
    type('\r');
    expect(await answer).toBe('b:2');
  });

  test('esc clears the typed text, ctrl-c cancels at once', async () => {
    const { type, shows, screen, waited } = await waiting();
    type('a:1');
    await shows('goes to');
    type('\u001B');
    await until(() => !screen().includes('goes to'), screen);
    type('b:1\r\u0003');
    await expect(waited).rejects.toThrow(PromptCancelled);
  });
});
