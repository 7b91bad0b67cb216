import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { plainerSymbols, showsSymbols, withPlainerSymbols } from '../../../src/cli/legacy-console.js';
import { scoreCard } from '../../../src/reporters/documents/score-card.js';
import { failed, links } from '../reporters/sample-run.js';
import { until, virtualTerminal } from '../reporters/virtual-terminal.js';

it('leaves no symbol outside Latin-1 and the old consoles’ tick and dash on a card, and moves nothing', () => {
  const card = scoreCard(failed, links, { width: 80, colour: false });
  for (const line of card) {
    expect(plainerSymbols(line)).not.toMatch(/[^\u0000-\u00ff√–—]/);
    expect(stringWidth(plainerSymbols(line))).toBe(stringWidth(line));
  }
});

it('recognises old consoles', () => {
  expect(showsSymbols({ TERM: 'xterm-256color' }, 'linux')).toBe(true);
  expect(showsSymbols({ TERM: 'linux' }, 'linux')).toBe(false);
  expect(showsSymbols({}, 'win32')).toBe(false);
  expect(showsSymbols({ WT_SESSION: '1' }, 'win32')).toBe(true);
});

it('keeps size, listeners and binary data of the stream', async () => {
  const { stdout, written, dispose } = virtualTerminal(77, 20);
  const plainer = withPlainerSymbols(stdout);
  let resized = 0;
  plainer.on('resize', () => {
    resized += 1;
  });
  stdout.emit('resize');
  plainer.write('✔ ━╸─ ⠹');
  plainer.write(new TextEncoder().encode('✔'));
  expect([plainer.columns, plainer.isTTY, resized]).toEqual([77, true, 1]);
  await until(() => written() === '√ ==- -✔', written);
  dispose();
});
