/** Generates invalid input by changing valid input in a few positions. Seeded, so that failures are reproducible. */
export class Fuzzer {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ n < limit; mulberry32. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Changes a text in up to four positions. */
  text(good: string): string {
    let text = good;
    for (let times = this.below(4) + 1; times > 0; times--) text = this.#changeText(text);
    return text;
  }

  /** Changes a text and sometimes adds bytes that are not UTF-8. */
  bytes(good: string): Buffer {
    const bytes = Buffer.from(this.text(good));
    for (let times = this.below(3); times > 0 && bytes.length > 0; times--) {
      bytes[this.below(bytes.length)] = this.below(256);
    }
    return bytes;
  }

  /** Changes a JSON value in up to three positions: other types, huge and odd values, missing or new keys. */
  json(good: unknown): unknown {
    let value: unknown = structuredClone(good);
    for (let times = this.below(3) + 1; times > 0; times--) value = this.#changeJson(value);
    return value;
  }

  /** Splits bytes into chunks of random lengths. */
  chunks(bytes: Buffer): Buffer[] {
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = this.below(this.pick([1, 3, 40, 4_000])) + 1;
      chunks.push(bytes.subarray(at, at + length));
      at += length;
    }
    return chunks;
  }

  #changeText(text: string): string {
    const [from, to] = [this.below(text.length + 1), this.below(text.length + 1)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    switch (this.below(7)) {
      case 0:
        return text.slice(0, from) + text.slice(Math.min(to, from + 40));
      case 1:
        return text.slice(0, from) + this.pick(ODD_TEXTS) + text.slice(from);
      case 2:
        return text.slice(0, to) + text.slice(from, Math.min(to, from + 200)) + text.slice(to);
      case 3:
        return text.slice(0, from);
      case 4:
        return text.slice(0, from) + String.fromCharCode(this.below(0x1_0000)) + text.slice(from + 1);
      case 5:
        return text.replace(/-?\d+(\.\d+)?/g, (number) =>
          this.below(4) === 0 ? this.pick(ODD_NUMBERS) : number,
        );
      default:
        return text.replace(/"[^"\n]*"/g, (string) =>
          this.below(8) === 0 ? JSON.stringify(this.pick(ODD_TEXTS)) : string,
        );
    }
  }

  #changeJson(value: unknown): unknown {
    if (Array.isArray(value) && value.length > 0 && this.below(8) > 0) {
      const copy = [...value];
      const at = this.below(copy.length);
      const what = this.below(10);
      if (what === 0) copy.splice(at, 1);
      else if (what === 1) copy.push(...copy);
      else copy[at] = this.#changeJson(copy[at]);
      return copy;
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && this.below(8) > 0) {
      const copy: Record<string, unknown> = { ...value };
      const key = this.pick([...Object.keys(copy), 'new']);
      const what = this.below(10);
      if (what === 0) delete copy[key];
      // defineProperty, so that __proto__ becomes an ordinary key.
      else if (what === 1)
        Object.defineProperty(copy, this.pick(ODD_TEXTS), { value: copy[key], enumerable: true });
      else copy[key] = this.#changeJson(copy[key]);
      return copy;
    }
    return this.pick<unknown>([
      ...ODD_TEXTS,
      null,
      true,
      false,
      0,
      -1,
      0.5,
      1e308,
      -0,
      2 ** 53,
      [],
      {},
      [[]],
      [null],
      { a: { b: [] } },
    ]);
  }
}

const ODD_NUMBERS = ['-1', '0', '1e999', '-0', '9007199254740993', '0.1', '00', 'NaN', '1_000', '0x10'];
const ODD_TEXTS = [
  '',
  ' ',
  '..',
  '../../../etc/passwd',
  '/etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u001b[2J\u001b]0;x\u0007',
  '\u202e',
  '\ud800',
  '\r\n',
  '\n\n',
  'data: ',
  'data: [DONE]\n\n',
  ':\n',
  '"',
  '\\',
  '{',
  ']',
  '[[',
  '= ',
  '#',
  '-',
  '--',
  '--key',
  '=',
  '(a+)+$',
  '*'.repeat(20),
  '{'.repeat(2_000),
  '['.repeat(2_000),
  'x'.repeat(10_000),
  'é😀'.repeat(50),
];
