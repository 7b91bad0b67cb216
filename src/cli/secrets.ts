import { resolve } from 'node:path';
import { secretPlaces } from '../sandbox/masked-places.js';
import type { CheckFlags } from './check-options.js';
import type { CliIo } from './io.js';

/** Files and directories of the user's that no agent may read. */
export function secretsOf({ keyFile }: CheckFlags, { env }: CliIo): string[] {
  return [...secretPlaces(env), ...(keyFile === undefined ? [] : [resolve(keyFile)])];
}
