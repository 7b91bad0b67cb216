/**
 * Works on `concurrency` items at a time, and yields each result in the order of the items. At most twice that many
 * items are started and not yet yielded. When the consumer stops, the signal of `work` aborts, and the generator waits
 * until all started work has ended.
 *
 * @throws what `work` throws for an item, when it is the turn of that item
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<{ item: T; result: R }> {
  const source = items[Symbol.iterator]();
  const stop = new AbortController();
  const started: Array<{ item: T; done: Promise<R> }> = [];
  let running = 0;
  const start = () => {
    while (running < concurrency && started.length < 2 * concurrency && !stop.signal.aborted) {
      const next = source.next();
      if (next.done) return;
      running++;
      const done = work(next.value, stop.signal).finally(() => {
        running--;
        start();
      });
      // The rejection is thrown when it is the item's turn; until then it must not be an unhandled one.
      done.catch(() => {});
      started.push({ item: next.value, done });
    }
  };
  try {
    for (start(); started.length > 0; start()) {
      const [{ item, done }] = started as [(typeof started)[0]];
      const result = await done;
      started.shift();
      yield { item, result };
    }
  } finally {
    stop.abort();
    await Promise.allSettled(started.map(({ done }) => done));
  }
}
