import { describe, expect, it } from 'vitest';
import { overheadMs } from '../../../src/run/overhead.js';

const at = (startMs: number, endMs: number) => ({ startMs, endMs });

describe('overheadMs', () => {
  it('is the time that no other interval covers', () => {
    expect(overheadMs(at(0, 100), [])).toBe(100);
    expect(overheadMs(at(0, 100), [at(10, 40), at(50, 90)])).toBe(30);
  });

  it('counts overlaps once, in any order', () => {
    expect(overheadMs(at(0, 100), [at(50, 90), at(10, 60), at(20, 30)])).toBe(20);
  });

  it('ignores the parts of intervals after the end', () => {
    expect(overheadMs(at(0, 100), [at(90, 200), at(150, 300)])).toBe(90);
  });
});
