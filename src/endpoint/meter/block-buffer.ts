const BLOCK_BYTES = 32_768;

/** Collects small chunks into blocks. */
export interface BlockBuffer {
  push(chunk: Buffer): void;
  /** Passes the rest on. */
  end(): void;
}

/** `onBlock` must not keep the block after it returns: its memory is reused. */
export function blockBuffer(onBlock: (block: Buffer) => void): BlockBuffer {
  let block: Buffer | null = null;
  let bytes = 0;
  const end = () => {
    if (block !== null && bytes > 0) onBlock(block.subarray(0, bytes));
    bytes = 0;
  };
  return {
    end,
    push(chunk) {
      if (bytes + chunk.length > BLOCK_BYTES) end();
      if (chunk.length > BLOCK_BYTES) {
        onBlock(chunk);
        return;
      }
      block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
      block.set(chunk, bytes);
      bytes += chunk.length;
    },
  };
}
