import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { version } from '../../package.json';
import type { Host } from '../host/host.js';
import type { CliIo } from './io.js';

/** Describes this machine: directories as XDG or the platform defines them, and the environment without `CAB_` variables. */
export function openHost({ env }: Pick<CliIo, 'env'>): Host {
  const { cache, config, data } = envPaths('codingagentbench', { suffix: '' });
  // The bundle is dist/*.js.
  const dist = dirname(fileURLToPath(import.meta.url));
  const inherited = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('CAB_'),
  );
  return {
    cliVersion: version,
    os: process.platform,
    arch: process.arch,
    node: { path: process.execPath, version: process.versions.node },
    env: Object.fromEntries(inherited),
    home: homedir(),
    tempDir: tmpdir(),
    cacheDir: cache,
    configDir: config,
    runsDir: join(data, 'runs'),
    packageRoot: resolve(dist, '..'),
    tasksDir: join(dist, 'tasks'),
    pageDir: join(dist, 'page'),
    bridge: join(dist, 'bridge.cjs'),
    watchdog: join(dist, 'watchdog.cjs'),
  };
}
