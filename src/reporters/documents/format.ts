/** Stands for a value that was not measured or does not apply. */
export const NOT_MEASURED = '–';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

type Maybe = number | null;
const orDash = (format: (value: number) => string) => (value: Maybe) =>
  value === null ? NOT_MEASURED : format(value);

/** `31,204` */
export const integer = orDash((value) => grouped.format(value));
/** `0.960` */
export const score = orDash((value) => value.toFixed(3));
/** `13.4s`, from milliseconds */
export const seconds = orDash((ms) => `${(ms / 1000).toFixed(1)}s`);
/** `0.42s`, from milliseconds: for times that are usually below a second */
export const shortSeconds = orDash((ms) => `${(ms / 1000).toFixed(2)}s`);

/** `0:12`, from milliseconds; `1:02:05` from one hour on. */
export function stopwatch(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(total / 60);
  return minutes < 60
    ? `${minutes}:${two(total % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(total % 60)}`;
}

/** `354 MB` */
export const megabytes = (bytes: number): string => `${grouped.format(bytes / 1e6)} MB`;

/** `1 file`, `3 files` */
export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${grouped.format(count)} ${count === 1 ? noun : many}`;

/** The first `max` items and the number of further ones: `a, b and 3 more`. */
export function list(items: readonly string[], max = 3): string {
  const shown = items.slice(0, max).join(', ');
  return items.length > max ? `${shown} and ${integer(items.length - max)} more` : shown;
}
