import { resolve } from 'node:path';
import { secretPlaces } from '../sandbox/masked-places.js';
import type { CheckFlags } from './check-options.js';
import { pathOfDescriptor } from './inherited-descriptors.js';
import type { CliIo } from './io.js';

/** Files and directories of the user's that no agent may read. */
export function secretsOf(flags: CheckFlags, io: CliIo): string[] {
  return [...secretPlaces(io.env), ...keyPlaces(flags, io)];
}

/** The file that the key came from, also when it came by a descriptor or on stdin. */
function keyPlaces({ key, keyFile }: CheckFlags, { handed }: CliIo): string[] {
  if (key === '-') return [pathOfDescriptor(0)].filter((path) => path !== null);
  if (keyFile === undefined) return [];
  const given = handed?.get(keyFile);
  if (given === undefined) return [resolve(keyFile)];
  return given.path === null ? [] : [given.path];
}
