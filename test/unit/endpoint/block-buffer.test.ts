import { describe, expect, it } from 'vitest';
import { blockBuffer } from '../../../src/endpoint/meter/block-buffer.js';

describe('blockBuffer', () => {
  it('passes all bytes on in order, from small and large chunks', () => {
    const given: Buffer[] = [10, 20_000, 20_000, 1, 40_000, 5, 32_768, 32_767, 1, 1].map((length, n) =>
      Buffer.alloc(length, n),
    );
    const blocks: Buffer[] = [];
    // Copied: the memory of a block is reused.
    const buffer = blockBuffer((block) => blocks.push(Buffer.from(block)));
    for (const chunk of given) buffer.push(chunk);
    buffer.end();
    expect(Buffer.concat(blocks).equals(Buffer.concat(given))).toBe(true);
    expect(blocks.length).toBeLessThan(given.length);
  });
  it('passes nothing on when there was no input', () => {
    const blocks: Buffer[] = [];
    blockBuffer((block) => blocks.push(block)).end();
    expect(blocks).toEqual([]);
  });
});
