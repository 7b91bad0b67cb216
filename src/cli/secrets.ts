import { resolve } from 'node:path';
import { pluginPaths } from '../agents/plugin.js';
import type { Host } from '../host/host.js';
import type { CellPlan } from '../run/plan.js';
import { alwaysMasked, hiddenPaths, secrets } from '../sandbox/masked-paths.js';
import { refuseForeignPaths } from '../sandbox/mount-sources.js';
import type { Masked } from '../sandbox/sandbox.js';
import { pathOfDescriptor } from './inherited-descriptors.js';
import type { CliIo } from './io.js';
import type { CheckFlags } from './options/check.js';

/** The file that the key came from, also when it came by a descriptor or on stdin. */
export function keyPlaces({ key, keyFile }: CheckFlags, { handed }: CliIo): Masked[] {
  if (key === '-') return secrets([pathOfDescriptor(0)].filter((path) => path !== null));
  if (keyFile === undefined) return [];
  const given = handed?.get(keyFile);
  if (given === undefined) return secrets([resolve(keyFile)]);
  return given.path === null ? [] : secrets([given.path]);
}

/** Before anything is run. Errors: UsageError for a plugin that names what is hidden and lies outside of its directory. */
export function refuseStrayPlugins(
  { custom, masked }: Pick<CellPlan, 'custom' | 'masked'>,
  host: Host,
): void {
  const hidden = [...alwaysMasked(host.os), ...hiddenPaths(host), ...masked];
  refuseForeignPaths({ named: pluginPaths(custom.plugins), masked: hidden });
}
