import { InvalidArgumentError } from 'commander';
import type { Limits } from '../../sandbox/limits/limits.js';
import type { ValueType } from './option.js';
import { positiveNumber, wholeNumber } from './value-types.js';

const MB = 1024 * 1024;
const UNITS: Record<string, number> = { B: 1, K: 1024, M: MB, G: 1024 * MB, T: 1024 * 1024 * MB };

/** Bytes; a bare number is MB. */
const size: ValueType<number> = {
  read(typed) {
    const [, amount, larger, bare] = /^(\d+(?:\.\d+)?) ?(?:([KMGT])B?|(B))?$/i.exec(typed) ?? [];
    const bytes = Math.round(Number(amount) * (UNITS[(larger ?? bare ?? 'M').toUpperCase()] ?? 0));
    if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
    throw new InvalidArgumentError('It takes MB above 0, or a size such as 512MB or 2GB.');
  },
  // Not as a fraction of MB: `read` does not accept 9.5e-7MB.
  write: (bytes) => (bytes % MB === 0 ? `${bytes / MB}MB` : `${bytes}B`),
};

/** The resources that `--limit` knows, and their fields in `Limits`. */
const LIMITS = {
  memory: { type: size, field: 'memoryBytes' },
  processes: { type: wholeNumber, field: 'processes' },
  cpu: { type: positiveNumber, field: 'cpus' },
  disk: { type: size, field: 'diskBytes' },
  files: { type: wholeNumber, field: 'files' },
} as const satisfies Record<string, { type: ValueType<number>; field: keyof Limits }>;
type LimitName = keyof typeof LIMITS;
const NAMES = Object.keys(LIMITS) as LimitName[];

/** One `--limit NAME=VALUE`; memory and disk in bytes. */
export interface GivenLimit {
  name: LimitName;
  amount: number;
}

/** The value of `--limit`. */
export const limit: ValueType<GivenLimit> = {
  read(typed) {
    const [given = '', ...rest] = typed.split('=');
    const name = NAMES.find((candidate) => candidate === given.trim());
    if (name === undefined || rest.length === 0) {
      throw new InvalidArgumentError(`It takes NAME=VALUE, such as memory=2GB. Names: ${NAMES.join(', ')}.`);
    }
    return { name, amount: LIMITS[name].type.read(rest.join('=').trim()) };
  },
  write: ({ name, amount }) => `${name}=${LIMITS[name].type.write(amount)}`,
};

/** Converts the values of `--limit` for a run. The last value of a name counts. */
export function limitsOf(given: readonly GivenLimit[]): Partial<Limits> {
  return Object.fromEntries(given.map(({ name, amount }) => [LIMITS[name].field, amount]));
}
