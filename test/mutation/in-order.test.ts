import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inOrder } from '../../src/mutation/in-order.js';

/** Lasts so many turns of the event loop. */
async function last(turns: number, signal: AbortSignal): Promise<number> {
  for (let n = 0; n < turns; n++) {
    signal.throwIfAborted();
    await turn();
  }
  return turns;
}

it('yields in the order given, with so many under way at once', async () => {
  let [working, most] = [0, 0];
  const work = async (turns: number, signal: AbortSignal) => {
    most = Math.max(most, ++working);
    await last(turns, signal);
    working--;
    return turns;
  };
  const items = [9, 1, 0, 7, 2, 5, 0, 0, 3];
  const seen: number[] = [];
  for await (const { item, result } of inOrder(items, 3, work)) {
    expect(result).toBe(item);
    seen.push(item);
  }
  expect(seen).toEqual(items);
  expect(most).toBe(3);
});

it('begins no more than twice its width before a slow one is done', async () => {
  const begun: number[] = [];
  const work = (turns: number, signal: AbortSignal) => {
    begun.push(turns);
    return last(turns, signal);
  };
  for await (const _ of inOrder([90, ...Array.from({ length: 20 }, () => 0)], 2, work)) break;
  expect(begun).toEqual([90, 0, 0, 0]);
});

it('aborts what is under way when no more is wanted, and waits for its end', async () => {
  const ended: string[] = [];
  const work = async (turns: number, signal: AbortSignal) => {
    try {
      return await last(turns, signal);
    } finally {
      ended.push(`${turns} ${signal.aborted ? 'aborted' : 'done'}`);
    }
  };
  for await (const { item } of inOrder([1, 1e9, 1e9], 3, work)) {
    expect(item).toBe(1);
    break;
  }
  expect(ended).toEqual(['1 done', '1000000000 aborted', '1000000000 aborted']);
});

it('throws what work throws when its turn has come, and not before', async () => {
  const seen: number[] = [];
  const work = async (item: number, signal: AbortSignal) => {
    if (item === 0) throw new Error('broken');
    return last(item, signal);
  };
  const all = async () => {
    for await (const { item } of inOrder([5, 0, 5], 3, work)) seen.push(item);
  };
  await expect(all()).rejects.toThrow('broken');
  expect(seen).toEqual([5]);
});
