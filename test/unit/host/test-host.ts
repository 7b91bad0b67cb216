import { homedir, tmpdir } from 'node:os';
import type { Host } from '../../../src/host/host.js';

const inherited = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

/** A host with neutral values; `more` overrides some. */
export function testHost(more: Partial<Host> = {}): Host {
  return {
    cliVersion: '0.0.0',
    os: process.platform,
    arch: process.arch,
    node: { path: process.execPath, version: process.versions.node },
    env: inherited,
    home: homedir(),
    tempDir: tmpdir(),
    cacheDir: '/nonexistent/cache',
    configDir: '/nonexistent/config',
    runsDir: '/nonexistent/runs',
    packageRoot: '/nonexistent/package',
    tasksDir: '/nonexistent/tasks',
    pageDir: '/nonexistent/page',
    bridge: '/nonexistent/bridge.cjs',
    watchdog: '/nonexistent/watchdog.cjs',
    ...more,
  };
}
