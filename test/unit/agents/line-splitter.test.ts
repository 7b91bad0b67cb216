import { describe, expect, it } from 'vitest';
import { lineSplitter } from '../../../src/agents/line-splitter.js';

function split(chunks: Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('lineSplitter', () => {
  const text = Buffer.from('one\nzwölf 🦀\n\nlast');

  it('gives the same lines for all chunk sizes, also inside a character', () => {
    for (let size = 1; size <= text.length; size++) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.subarray(i * size, (i + 1) * size),
      );
      expect(split(chunks)).toEqual(['one', 'zwölf 🦀', '', 'last']);
    }
  });

  it('drops an endless line and continues with the next one', () => {
    const flood = Array.from({ length: 6 }, () => Buffer.alloc(1024 * 1024, 'x'));
    expect(split([...flood, Buffer.from('\nnext\n')])).toEqual(['next']);
  });
});
