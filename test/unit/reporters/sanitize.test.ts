import { describe, expect, test } from 'vitest';
import { palette } from '../../../src/reporters/text/palette.js';
import { inertExceptPalette, inertText, safeLine, safeLines } from '../../../src/reporters/text/sanitize.js';

const ESC = '\u001B';
const BEL = '\u0007';

describe('attacks on the terminal are removed', () => {
  test.each([
    ['colour', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['colour in 8 bits', '\u009B31mred', 'red'],
    ['clearing the screen', `a${ESC}[2J${ESC}[Hb`, 'ab'],
    ['private modes', `a${ESC}[?1049hb`, 'ab'],
    ['window title, OSC 0', `a${ESC}]0;owned${BEL}b`, 'ab'],
    ['clipboard, OSC 52', `a${ESC}]52;c;cm0gLXJm${ESC}\\b`, 'ab'],
    ['clipboard, 8-bit OSC and ST', 'a\u009D52;c;cm0gLXJm\u009Cb', 'ab'],
    ['misleading link, OSC 8', `${ESC}]8;;http://evil${BEL}docs${ESC}]8;;${BEL}`, 'docs'],
    ['DCS payload', `a${ESC}P+q544e${ESC}\\b`, 'ab'],
    ['APC, PM and SOS', `a${ESC}_x${ESC}\\${ESC}^y${ESC}\\${ESC}Xz${ESC}\\b`, 'ab'],
    ['a title that never ends', `a${ESC}]0;owned`, 'a'],
    ['a sequence cut in two', `a${ESC}[38;5`, 'a'],
    ['an escape hidden inside an escape', `a${ESC}${ESC}[31m[31mb`, 'a[31mb'],
    ['a sequence that removal would assemble', `a${ESC}[${ESC}[0m31mb`, 'a31mb'],
    ['a lone ESC removes nothing visible', `x${ESC}y`, 'xy'],
    ['full reset', `a${ESC}cb`, 'acb'],
    ['charset switch', `${ESC}(0lqk`, 'lqk'],
    ['overwriting by a carriage return', 'rm -rf /\rls', 'rm -rf / ⏎ ls'],
    ['backspaces', 'evil\b\b\b\bgood', 'evilgood'],
    ['bell, NUL and DEL', `a${BEL}\u0000\u007Fb`, 'ab'],
    ['bidi override', 'a\u202Egnp.exe\u202C', 'agnp.exe'],
    ['bidi isolates and marks', '\u2066a\u2069\u200Fb\u061C', 'ab'],
    ['zero width and tags', 'a\u200Bb\uFEFF\u{E0041}', 'ab'],
    ['a line separator', 'a\u2028b\u0085c', 'a ⏎ b ⏎ c'],
    ['a lone surrogate', 'a\uD800b', 'a\uFFFDb'],
  ])('%s', (_name, hostile, shown) => {
    expect(safeLine(hostile)).toBe(shown);
  });

  test('no control is left for any order of the bytes', () => {
    const pieces = [
      ESC,
      '[',
      ']',
      'P',
      '\\',
      '?',
      '0',
      ';',
      'm',
      BEL,
      '\u009B',
      '\u009D',
      '\u009C',
      '\r',
      '(',
      ' ',
      'c',
    ];
    let seed = 7;
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return pieces[seed % pieces.length] ?? '';
    };
    for (let i = 0; i < 2_000; i += 1) {
      const shown = safeLine(Array.from({ length: 24 }, next).join(''));
      expect(shown).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
    }
  });

  test('a line of a megabyte, and one of a megabyte of escapes, is cut', () => {
    expect(safeLine('x'.repeat(1 << 20))).toHaveLength(400);
    expect(safeLine(`${ESC}]`.repeat(1 << 19))).toBe('');
    expect(safeLines('y\n'.repeat(1 << 19)).length).toBeLessThan(10_000);
  });
});

test('ordinary text of any language stays the same', () => {
  expect(safeLine('naïve 日本語 🙂 👩‍🚀 עברית')).toBe('naïve 日本語 🙂 👩‍🚀 עברית');
});

test('the cut never splits a surrogate pair', () => {
  expect(safeLine('🙂🙂🙂', 4)).toBe('🙂…');
});

test('keeps lines, replaces tabs by spaces, removes blank lines at both ends', () => {
  expect(safeLines('\n\n  a\tb  \r\nc\rd\n\n')).toEqual(['  a  b', 'c', 'd']);
});

test('keeps the styles of the palette and removes everything else', () => {
  const { strong, dim, accent, good, bad, warn, badge } = palette(true);
  const ours =
    [strong, dim, accent, good, bad, warn].map((style) => style('word')).join(' ') + badge('bad', 'FAILED');
  expect(inertExceptPalette(ours)).toBe(ours);
  expect(inertExceptPalette(`${good('a')}${ESC}[8m${ESC}[2J${ESC}]0;${bad('owned')}${BEL}b`)).toBe(
    `${good('a')}${bad('owned')}b`,
  );
  expect(inertExceptPalette(`${ESC}[${bad('2J')}`)).toBe(bad('2J'));
});

test('keeps the lines and tabs of a text', () => {
  expect(inertText(`a\tb\n${ESC}[2Jc\n`)).toBe('a\tb\nc\n');
});
