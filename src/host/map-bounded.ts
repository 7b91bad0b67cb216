import pMap from 'p-map';

/** libuv reads files on four threads; a few more keep them busy. */
const CONCURRENCY = 8;

/** Maps items that are read from the disk, a few at a time. Returns the results in the order of the items. */
export function mapBounded<In, Out>(items: readonly In[], map: (item: In) => Promise<Out>): Promise<Out[]> {
  return pMap(items, map, { concurrency: CONCURRENCY });
}
