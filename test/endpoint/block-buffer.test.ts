import { describe, expect, it } from 'vitest';
import { blockBuffer } from '../../src/endpoint/meter/block-buffer.js';

describe('bytes in blocks', () => {
  it('come whole and in their order, small and large', () => {
    const given: Buffer[] = [10, 20_000, 20_000, 1, 40_000, 5, 32_768, 32_767, 1, 1].map((length, n) =>
      Buffer.alloc(length, n),
    );
    const taken: Buffer[] = [];
    // Copied, as a block's memory is used again.
    const blocks = blockBuffer((block) => taken.push(Buffer.from(block)));
    for (const chunk of given) blocks.push(chunk);
    blocks.end();
    expect(Buffer.concat(taken).equals(Buffer.concat(given))).toBe(true);
    expect(taken.length).toBeLessThan(given.length);
  });
  it('are none when nothing came', () => {
    const taken: Buffer[] = [];
    blockBuffer((block) => taken.push(block)).end();
    expect(taken).toEqual([]);
  });
});
