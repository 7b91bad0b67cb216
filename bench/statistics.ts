/** The middle of the values; the mean of the two middle ones. Errors: there are none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that a share `q` (0 to 1) of the values does not exceed, linear between neighbours. Errors: there are none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new Error('nothing was measured');
  return below + (above - below) * (place % 1);
}

/** Measures two things in turns, so that what else the machine does hits both; `rounds` results of each, in order. */
export async function interleaved<A, B>(
  rounds: number,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<{ first: A[]; second: B[] }> {
  const results: { first: A[]; second: B[] } = { first: [], second: [] };
  for (let round = 0; round < rounds; round++) {
    // Whoever goes second finds warmer caches: they take turns at that too.
    if (round % 2 === 0) results.first.push(await first());
    results.second.push(await second());
    if (round % 2 === 1) results.first.push(await first());
  }
  return results;
}
