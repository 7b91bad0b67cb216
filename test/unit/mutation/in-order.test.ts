import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inOrder } from '../../../src/mutation/in-order.js';

/** Takes this many turns of the event loop. */
async function takeTurns(turns: number, signal: AbortSignal): Promise<number> {
  for (let n = 0; n < turns; n++) {
    signal.throwIfAborted();
    await turn();
  }
  return turns;
}

it('yields in the order of the items, with the given number in progress at once', async () => {
  let [working, most] = [0, 0];
  const work = async (turns: number, signal: AbortSignal) => {
    most = Math.max(most, ++working);
    await takeTurns(turns, signal);
    working--;
    return turns;
  };
  const items = [9, 1, 0, 7, 2, 5, 0, 0, 3];
  const yielded: number[] = [];
  for await (const { item, result } of inOrder(items, 3, work)) {
    expect(result).toBe(item);
    yielded.push(item);
  }
  expect(yielded).toEqual(items);
  expect(most).toBe(3);
});

it('starts at most twice the concurrency while the first item is not done', async () => {
  const started: number[] = [];
  const work = (turns: number, signal: AbortSignal) => {
    started.push(turns);
    return takeTurns(turns, signal);
  };
  for await (const _ of inOrder([90, ...Array.from({ length: 20 }, () => 0)], 2, work)) break;
  expect(started).toEqual([90, 0, 0, 0]);
});

it('aborts work in progress when the consumer stops, and waits for its end', async () => {
  const ended: string[] = [];
  const work = async (turns: number, signal: AbortSignal) => {
    try {
      return await takeTurns(turns, signal);
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

it('throws the error of an item at the turn of that item, not before', async () => {
  const yielded: number[] = [];
  const work = async (item: number, signal: AbortSignal) => {
    if (item === 0) throw new Error('broken');
    return takeTurns(item, signal);
  };
  const all = async () => {
    for await (const { item } of inOrder([5, 0, 5], 3, work)) yielded.push(item);
  };
  await expect(all()).rejects.toThrow('broken');
  expect(yielded).toEqual([5]);
});
