const BARS = '▁▂▃▄▅▆▇█';

/** One bar a value, from zero to the largest; empty for fewer than two values. */
export function sparkline(values: readonly number[]): string {
  const top = Math.max(...values);
  if (values.length < 2 || !(top > 0)) return '';
  const bar = (value: number) => BARS[Math.round((Math.max(0, value) / top) * (BARS.length - 1))] ?? '';
  return values.map(bar).join('');
}
