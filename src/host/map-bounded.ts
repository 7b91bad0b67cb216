/** libuv reads files on four threads; a few more calls keep them busy. */
const CONCURRENCY = 8;

/** Maps each item, a few at a time. Results are in the order of the items. */
export async function mapBounded<In, Out>(
  items: readonly In[],
  map: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await map(items[index] as In);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}
