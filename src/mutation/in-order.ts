/**
 * Works on items, `concurrency` at a time, and yields each with its result in the order given, whichever is done first. At
 * most twice as many are begun before their turn. When no more is wanted, `work`'s signal aborts what is under way, and
 * its end is waited for.
 *
 * @throws what `work` throws, when the turn of its item has come
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<{ item: T; result: R }> {
  const source = items[Symbol.iterator]();
  const stop = new AbortController();
  const begun: Array<{ item: T; done: Promise<R> }> = [];
  let working = 0;
  const begin = () => {
    while (working < concurrency && begun.length < 2 * concurrency && !stop.signal.aborted) {
      const next = source.next();
      if (next.done) return;
      working++;
      const done = work(next.value, stop.signal).finally(() => {
        working--;
        begin();
      });
      // Told when its turn comes, if it comes.
      done.catch(() => {});
      begun.push({ item: next.value, done });
    }
  };
  try {
    for (begin(); begun.length > 0; begin()) {
      const [{ item, done }] = begun as [(typeof begun)[0]];
      const result = await done;
      begun.shift();
      yield { item, result };
    }
  } finally {
    stop.abort();
    await Promise.allSettled(begun.map(({ done }) => done));
  }
}
