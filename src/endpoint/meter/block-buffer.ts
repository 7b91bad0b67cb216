const BLOCK_BYTES = 32_768;

/** Gathers bytes and hands them on by the block. */
export interface BlockBuffer {
  push(chunk: Buffer): void;
  /** Hands on what is left. */
  end(): void;
}

/** Blocks for `take`, which must be done with one before it returns: its memory is used again. */
export function blockBuffer(take: (block: Buffer) => void): BlockBuffer {
  let block: Buffer | null = null;
  let bytes = 0;
  const end = () => {
    if (block !== null && bytes > 0) take(block.subarray(0, bytes));
    bytes = 0;
  };
  return {
    end,
    push(chunk) {
      if (bytes + chunk.length > BLOCK_BYTES) end();
      if (chunk.length > BLOCK_BYTES) {
        take(chunk);
        return;
      }
      block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
      block.set(chunk, bytes);
      bytes += chunk.length;
    },
  };
}
