import { version } from '../../package.json';
import type { CellPlace } from '../run/plan.js';
import type { Masked } from '../sandbox/sandbox.js';
import type { CliIo } from './io.js';
import type { Paths } from './paths.js';

/** This machine as a cell sees it; the user's environment without our variables. */
export function cellPlace(paths: Paths, masked: Masked[], io: CliIo): CellPlace {
  const inherited = Object.entries(io.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('CAB_'),
  );
  return {
    cliVersion: version,
    cacheDir: paths.cacheDir,
    tempDir: paths.tempDir,
    home: paths.home,
    masked,
    bridge: paths.bridge,
    watchdog: paths.watchdog,
    machine: { os: process.platform, arch: process.arch, node: process.versions.node },
    node: process.execPath,
    env: Object.fromEntries(inherited),
  };
}
