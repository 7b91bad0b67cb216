/** Keeps the end of a stream in bounded memory. */
export class OutputTail {
  private chunks: Buffer[] = [];
  private length = 0;

  constructor(private readonly maxBytes: number) {}

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    // Twice the room, so that old chunks go in bulk and not with every new one.
    if (this.length > 2 * this.maxBytes) this.chunks = [this.trim()];
  }

  text(): string {
    return this.trim().toString('utf8');
  }

  private trim(): Buffer {
    const kept = Buffer.from(Buffer.concat(this.chunks).subarray(-this.maxBytes));
    this.length = kept.length;
    return kept;
  }
}
