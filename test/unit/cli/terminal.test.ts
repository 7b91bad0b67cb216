import { expect, it } from 'vitest';
import type { CliIo } from '../../../src/cli/io.js';
import { colourOn, wantsInk } from '../../../src/cli/terminal.js';

function ioOf({ isTTY = true, env = {} as NodeJS.ProcessEnv } = {}): CliIo {
  return { env, stdout: { isTTY }, stderr: { isTTY } } as unknown as CliIo;
}

it.each<[string, Parameters<typeof ioOf>[0], boolean]>([
  ['a terminal', {}, true],
  ['a pipe', { isTTY: false }, false],
  ['a terminal without cursor control', { env: { TERM: 'dumb' } }, false],
  ['CI', { env: { CI: 'true' } }, false],
  ['a screen reader', { env: { INK_SCREEN_READER: 'true' } }, false],
])('%s: draws what moves: %s', (_, machine, expected) => {
  expect(wantsInk(ioOf(machine))).toBe(expected);
});

it.each<[string, boolean, boolean, NodeJS.ProcessEnv, boolean]>([
  ['a terminal', true, true, {}, true],
  ['a pipe', true, false, {}, false],
  ['a pipe with FORCE_COLOR', true, false, { FORCE_COLOR: '1' }, true],
  ['a terminal with NO_COLOR', true, true, { NO_COLOR: '1' }, false],
  ['--no-color over FORCE_COLOR', false, true, { FORCE_COLOR: '1' }, false],
])('colour on %s', (_, color, isTTY, env, expected) => {
  expect(colourOn(ioOf({ isTTY }).stdout, { color }, env)).toBe(expected);
});
