import { resolve } from 'node:path';
import { plugInPaths } from '../agents/plugin.js';
import type { CellPlan } from '../run/plan.js';
import { alwaysMasked, privateDirs, secretPlaces } from '../sandbox/masked-places.js';
import { refuseStrayNames } from '../sandbox/mount-sources.js';
import type { Masked } from '../sandbox/sandbox.js';
import type { CheckFlags } from './check-options.js';
import { pathOfDescriptor } from './inherited-descriptors.js';
import type { CliIo } from './io.js';
import type { Paths } from './paths.js';

/** What no agent and no graded code may see of the user, whatever is run. */
export function hiddenOf({ packageRoot, runsDir, home }: Paths, { env }: CliIo): Masked[] {
  return [packageRoot, runsDir, ...privateDirs(env), ...secrets(secretPlaces(env, home))];
}

/** The file that the key came from, also when it came by a descriptor or on stdin. */
export function keyPlaces({ key, keyFile }: CheckFlags, { handed }: CliIo): Masked[] {
  if (key === '-') return secrets([pathOfDescriptor(0)].filter((path) => path !== null));
  if (keyFile === undefined) return [];
  const given = handed?.get(keyFile);
  if (given === undefined) return secrets([resolve(keyFile)]);
  return given.path === null ? [] : secrets([given.path]);
}

/** Files and directories that no mount may show. */
export function secrets(paths: readonly string[]): Masked[] {
  return paths.map((secret) => ({ secret }));
}

/** Before anything is run. Errors: UsageError for a plugin that names what is hidden and lies outside of its directory. */
export function refuseStrayPlugins(
  { custom }: Pick<CellPlan, 'custom'>,
  { home, cacheDir }: Paths,
  masked: readonly Masked[],
): void {
  const hidden = [...alwaysMasked(process.platform), home, cacheDir, ...masked];
  refuseStrayNames({ named: plugInPaths(custom.plugins), masked: hidden });
}
